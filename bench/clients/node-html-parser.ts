import { parse } from 'node-html-parser';
import { WANTED_SELECTOR } from '../play-page.ts';
import type { MakeClient } from './client.ts';
import { makeExtractor } from './play-page.ts';

export const make: MakeClient = () =>
  makeExtractor((octets) => parse(octets.toString('utf8')).querySelector(WANTED_SELECTOR)?.textContent ?? '');

/** What every path of the servers answers with. */
export const CONTENT: string = 'every octet of this must come, in order, or none. '.repeat(3);

/** What is sent where something is. */
export const UPLOAD: string = 'what a client sends may get lost on the way too. '.repeat(3);

/** The value in the middle; of an even number of them, the mean of the two. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of all lies (0 to 1), with linear interpolation between neighbours. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

/** How even a distribution is, by Jain's index: 1 if all got the same, 1/n if one got everything. */
export function evenness(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/** By how many places the most delayed of them came later than it began; `order` lists numbers of beginning as they ended. */
export function greatestDelay(order: readonly number[]): number {
  return order.reduce((worst, began, place) => Math.max(worst, place - began), 0);
}

import { createHash } from 'node:crypto';

/** Choices that follow from a seed and a name alone, so that a world can be built again from one line. */
export interface Choices {
  /** A whole number from 0 to `count - 1`. */
  readonly pick: (name: string, count: number) => number;
  /** `length` lower-hex characters. */
  readonly hex: (name: string, length: number) => string;
}

/** Choices of one seed. */
export const choicesOf = (seed: string): Choices => {
  const draw = (name: string): Buffer =>
    createHash('sha256')
      .update(JSON.stringify([seed, name]))
      .digest();
  return {
    pick: (name, count) => draw(name).readUInt32BE(0) % count,
    hex: (name, length) => draw(name).toString('hex').slice(0, length),
  };
};

const segment = (marker: number, body: readonly number[]): readonly number[] => [
  0xff,
  marker,
  0,
  body.length + 2,
  ...body,
];

/** Quantization by one: there is nothing to lose in a black square. */
const QUANTIZATION = segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1)]);

/** Baseline, 8 bits, 8 by 8 pixels, one grey component. */
const FRAME = segment(0xc0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]);

/** Huffman tables of one or two codes: for DC the categories 0 and 11, for AC only the end of block. */
const DC_CODES = segment(0xc4, [0x00, 0, 2, ...Array.from({ length: 14 }, () => 0), 0, 11]);
const AC_CODES = segment(0xc4, [0x10, 1, ...Array.from({ length: 15 }, () => 0), 0]);

const SCAN = segment(0xda, [1, 1, 0x00, 0, 63, 0]);

/**
 * The block's bits: DC code 01 (category 11), then -1024 as 01111111111 in eleven bits, AC code 0, padded with ones.
 * -1024 is 8 times -128, which the decoder's level shift turns into black.
 */
const BLOCK = [0b0101_1111, 0b1111_1011];

/** A screen that shows nothing: a black JPEG of 8 by 8 pixels in base64, as GetConsoleScreenshot gives its pictures. */
export const blankScreen = (): string =>
  Buffer.from([
    0xff,
    0xd8,
    ...QUANTIZATION,
    ...FRAME,
    ...DC_CODES,
    ...AC_CODES,
    ...SCAN,
    ...BLOCK,
    0xff,
    0xd9,
  ]).toString('base64');

import * as z from 'zod';
import { landedImage, MOST_LANDED_PARTS, type LandedImage } from './capturing.ts';

/**
 * An image on its way from the landing bucket into the vault. The workflow carries this from look to look.
 *
 *     part 1, 2, 3, ... -> read by the recorder, written into the vault, its digest made there -> deleted from the landing bucket
 */
export const landingState = z.object({
  image: landedImage,
  /** How many parts are dealt with. */
  done: z.int().min(0),
  /** What is wrong with parts, in plain sentences: one that is not what the host said, or that could not be had. The first of them. */
  wrong: z.array(z.string().max(500)).max(20),
  /** With how many more something is wrong: the workflow carries 256 KiB at most. */
  moreWrong: z.int().min(0).max(MOST_LANDED_PARTS),
  startedAt: z.iso.datetime(),
});
/** An image on its way from the landing bucket into the vault. */
export type LandingState = z.infer<typeof landingState>;

/** Where it begins. @param now ISO 8601 */
export const beginLanding = (image: LandedImage, now: string): LandingState => ({
  image,
  done: 0,
  wrong: [],
  moreWrong: 0,
  startedAt: now,
});

/** How many sentences of what is wrong are kept. */
const MOST_SENTENCES = 20;
/** Parts that are carried side by side: the recorder runs a minute for each at most. */
const PARTS_AT_ONCE = 4;
/** No more are begun in a look after this long: those that were begun may take as long as the function has left. */
export const LOOK_TO_LAND_MS = 5_000;
/** After this long the rest is given up, and the incident is sealed without it: the landing bucket keeps it for some days yet. */
export const LANDING_DEADLINE_SECONDS = 3 * 3_600;

/** A part that is to be carried: its number, from 1, and the digest that the host gave. */
export interface PartToLand {
  readonly number: number;
  readonly sha256: string;
}

/**
 * Reads the list of digests that a host sent: a line for each part. Undefined where it is no such list. Pure.
 *
 * @param parts how many parts the host said that there are
 */
export const readDigests = (text: string, parts: number): readonly string[] | undefined => {
  const lines = text.split('\n');
  const end = lines.pop();
  return end === '' && lines.length === parts && lines.every((line) => /^[0-9a-f]{64}$/.test(line))
    ? lines
    : undefined;
};
/** How long such a list is. */
export const digestsBytes = (parts: number): number => parts * 65;

/** The parts that are next. @param digests of all parts, as the host gave them */
export const partsToLand = (
  { image, done }: LandingState,
  digests: readonly string[],
): readonly PartToLand[] =>
  digests
    .slice(0, image.parts)
    .map((sha256, index) => ({ number: index + 1, sha256 }))
    .slice(done, done + PARTS_AT_ONCE);

/** What became of a part: the digest that it has in the vault, or why it is not there. */
export type PartLanded = PartToLand & ({ readonly lies: string } | { readonly because: string });

/** What is wrong with a part. */
const wrongWith = (part: PartLanded): readonly string[] => {
  if ('because' in part) return [`part ${part.number} could not be had: ${part.because}`.slice(0, 500)];
  return part.lies === part.sha256
    ? []
    : [`part ${part.number} lies in the vault with SHA-256 ${part.lies}, and the host said ${part.sha256}`];
};

/** The state after some parts. */
export const afterLanding = (state: LandingState, parts: readonly PartLanded[]): LandingState => {
  const wrong = [...state.wrong, ...parts.flatMap(wrongWith)];
  return {
    ...state,
    done: state.done + parts.length,
    wrong: wrong.slice(0, MOST_SENTENCES),
    moreWrong: state.moreWrong + Math.max(0, wrong.length - MOST_SENTENCES),
  };
};

/** Whether all parts are dealt with. */
export const hasLanded = ({ image, done }: LandingState): boolean => done >= image.parts;

/** Whether it has taken too long. @param now epoch milliseconds */
export const landingIsOver = ({ startedAt }: LandingState, now: number): boolean =>
  now - Date.parse(startedAt) > LANDING_DEADLINE_SECONDS * 1_000;

const numbered = (number: number): string => String(number).padStart(4, '0');

/** Key of a part in the landing bucket. */
export const landingKey = (ledgerId: string, number: number): string =>
  `${ledgerId}/part-${numbered(number)}`;

/** Key of the list of digests in the landing bucket: it is sent last, by a link of its own. */
export const digestsKey = (ledgerId: string): string => `${ledgerId}/digests`;

/** How a part is called among an incident's objects in the vault: joined in order they are the image. */
export const landedLabel = (number: number): string => `memory-image.${numbered(number)}`;

import * as z from 'zod';
import { landedImage, type LandedImage } from './capturing.ts';

/**
 * An image on its way from the landing bucket into the vault. The workflow carries this from look to look.
 *
 *     part 1, 2, 3, ... -> read by the recorder, written into the vault, its digest made there -> deleted from the landing bucket
 */
export const landingState = z.object({
  image: landedImage,
  /** How many parts are dealt with. */
  done: z.int().min(0),
  /** What is wrong with parts, in plain sentences: one that is not what the host said, or that could not be had. */
  wrong: z.array(z.string().max(500)).max(300),
  startedAt: z.iso.datetime(),
});
/** An image on its way from the landing bucket into the vault. */
export type LandingState = z.infer<typeof landingState>;

/** Where it begins. @param now ISO 8601 */
export const beginLanding = (image: LandedImage, now: string): LandingState => ({
  image,
  done: 0,
  wrong: [],
  startedAt: now,
});

/** Parts that are carried side by side: the recorder runs a minute for each at most. */
const PARTS_AT_ONCE = 4;
/** After this long the rest is given up, and the incident is sealed without it: the landing bucket keeps it for some days yet. */
export const LANDING_DEADLINE_SECONDS = 3 * 3_600;

/** A part that is to be carried: its number, from 1, and the digest that the host gave. */
export interface PartToLand {
  readonly number: number;
  readonly sha256: string;
}

/** The parts that are next. */
export const partsToLand = ({ image, done }: LandingState): readonly PartToLand[] =>
  image.parts.map((sha256, index) => ({ number: index + 1, sha256 })).slice(done, done + PARTS_AT_ONCE);

/** What became of a part: the digest that it has in the vault, or why it is not there. */
export type PartLanded = PartToLand & ({ readonly lies: string } | { readonly because: string });

/** The state after some parts. */
export const afterLanding = (state: LandingState, parts: readonly PartLanded[]): LandingState => ({
  ...state,
  done: state.done + parts.length,
  wrong: [
    ...state.wrong,
    ...parts.flatMap((part) => {
      if ('because' in part) return [`part ${part.number} could not be had: ${part.because}`.slice(0, 500)];
      return part.lies === part.sha256
        ? []
        : [
            `part ${part.number} lies in the vault with SHA-256 ${part.lies}, and the host said ${part.sha256}`,
          ];
    }),
  ],
});

/** Whether all parts are dealt with. */
export const hasLanded = ({ image, done }: LandingState): boolean => done >= image.parts.length;

/** Whether it has taken too long. @param now epoch milliseconds */
export const landingIsOver = ({ startedAt }: LandingState, now: number): boolean =>
  now - Date.parse(startedAt) > LANDING_DEADLINE_SECONDS * 1_000;

const numbered = (number: number): string => String(number).padStart(4, '0');

/** Key of a part in the landing bucket. */
export const landingKey = (ledgerId: string, number: number): string =>
  `${ledgerId}/part-${numbered(number)}`;

/** How a part is called among an incident's objects in the vault: joined in order they are the image. */
export const landedLabel = (number: number): string => `memory-image.${numbered(number)}`;

import * as z from 'zod';
import { region } from '../ids.ts';
import type { IncidentRef } from '../workflow/incident-ref.ts';

/** By which attribute of CloudTrail's event history a slice is looked up, by its name in the vault. */
const ATTRIBUTE = {
  /** What was done to the instance. */
  instance: 'ResourceName',
  /** What was done by it: the sessions of an instance's role bear its id. */
  session: 'Username',
} as const;

/** A slice of the event history that is still to be read, page by page. */
const slice = z.object({
  region,
  of: z.enum(['instance', 'session']),
  /** The next page, from 1. */
  page: z.int(),
  token: z.string().optional(),
  /** How often the page was asked for in vain. */
  tries: z.int(),
});
export type Slice = z.infer<typeof slice>;

/** What was learnt beside the finding, for the report: words of ours, and of others only what was quoted. */
const note = z.object({
  id: z.enum(['member-view', 'inspector-findings', 'inventory']),
  detail: z.string().max(1_000),
});
/** What was learnt beside the finding, by what it is about. */
export type Note = z.infer<typeof note>;

/** What is collected of an incident's context after its first look, as the workflow carries it. */
export const contextState = z.object({
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  slices: z.array(slice),
  /** Whether the records of flow logs are still to be read. */
  records: z.boolean(),
  /** Labels in the vault. */
  kept: z.array(z.string()),
  /** Labels that there is nothing under; why is in the ledger. */
  absent: z.array(z.string()),
  /** Not in a state of an older release. */
  notes: z.array(note).default([]),
});
export type ContextState = z.infer<typeof contextState>;

const MINUTE_MS = 60_000;
const BEFORE_MS = 60 * MINUTE_MS;
const AFTER_MS = 5 * MINUTE_MS;
/** A finding may tell of a first activity weeks ago. */
const LONGEST_MS = 24 * 60 * MINUTE_MS;
/** CloudTrail needs some five minutes, a flow log of ten minutes fifteen. */
const LAG_MS = 15 * MINUTE_MS;
/** Of 50 events each. */
const MOST_PAGES = 10;
const MOST_TRIES = 5;
const NEXT_PAGE_SECONDS = 1;
const NEXT_TRY_SECONDS = 10;

/** Where the events of global services are. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const GLOBAL_REGION = region.parse('us-east-1');

/** A slice's attribute in CloudTrail's own word. */
export const attributeOf = ({ of }: Slice): (typeof ATTRIBUTE)[keyof typeof ATTRIBUTE] => ATTRIBUTE[of];

/** What a page of a slice is called in the vault. */
export const labelOf = ({ of, region: place, page }: Slice): string =>
  `cloudtrail-${of}-${place}-${page}.json`;

/**
 * What is to be collected around a finding: from an hour before the first activity that it tells of, a day before its arrival at the
 * earliest, until five minutes after it arrived. Pure.
 *
 * @param firstSeen ISO time, where the finding tells one
 */
export const beginContext = (
  { arrivedAt, region: place }: Pick<IncidentRef, 'arrivedAt' | 'region'>,
  firstSeen: string | undefined,
): ContextState => {
  const arrived = Date.parse(arrivedAt);
  const seen = Math.min(arrived, Date.parse(firstSeen ?? arrivedAt));
  const from = Math.max(seen - BEFORE_MS, arrived - LONGEST_MS);
  const places = [...new Set([place, GLOBAL_REGION])];
  return {
    from: new Date(from).toISOString(),
    until: new Date(arrived + AFTER_MS).toISOString(),
    slices: places.flatMap((one) =>
      (['instance', 'session'] as const).map((of) => ({ region: one, of, page: 1, tries: 0 })),
    ),
    records: true,
    kept: [],
    absent: [],
    notes: [],
  };
};

/** Seconds until what the slices hold has arrived: nothing is read before. @param now epoch ms */
export const untilCollected = ({ until }: Pick<ContextState, 'until'>, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) + LAG_MS - now) / 1_000));

/** What became of one part of a turn. */
export type Part =
  | { readonly label: string; readonly status: 'kept' | 'absent'; readonly note?: Note }
  /** The page of a slice: kept under its label, with the token of the next; or why not, if trying again may help. */
  | { readonly slice: Slice; readonly status: 'kept'; readonly token?: string }
  | { readonly slice: Slice; readonly status: 'later' };

/** Whether a page that could not be had is given up. */
export const isGivenUp = ({ tries }: Slice): boolean => tries + 1 >= MOST_TRIES;

/** Whether a slice goes on beyond what is read of it. */
export const isCut = ({ page }: Slice, token: string | undefined): boolean =>
  token !== undefined && page >= MOST_PAGES;

const nextOf = (part: Part): readonly Slice[] => {
  if (!('slice' in part)) return [];
  if (part.status === 'later') return [{ ...part.slice, tries: part.slice.tries + 1 }];
  if (part.token === undefined || isCut(part.slice, part.token)) return [];
  return [{ ...part.slice, page: part.slice.page + 1, token: part.token, tries: 0 }];
};

/** The state with what is in the vault since, and what is not to be had. Pure. */
export const withParts = (state: ContextState, parts: readonly Part[]): ContextState => {
  const labels = (status: 'kept' | 'absent'): readonly string[] =>
    parts.flatMap((part) => {
      if (part.status !== status) return [];
      return ['label' in part ? part.label : labelOf(part.slice)];
    });
  return {
    ...state,
    kept: [...state.kept, ...labels('kept')],
    absent: [...state.absent, ...labels('absent')],
    notes: [
      ...state.notes,
      ...parts.flatMap((part) => ('note' in part && part.note !== undefined ? [part.note] : [])),
    ],
  };
};

/** The state after a turn, in which the records were asked for, and each slice for one page. Pure. */
export const afterTurnOf = (state: ContextState, parts: readonly Part[]): ContextState => ({
  ...withParts(state, parts),
  slices: parts.flatMap(nextOf),
  records: false,
});

/** Seconds until the next turn; undefined when all is read. CloudTrail takes two lookups in a second, of each Region. */
export const nextTurnIn = ({ slices }: ContextState): number | undefined => {
  if (slices.length === 0) return undefined;
  return slices.some(({ tries }) => tries > 0) ? NEXT_TRY_SECONDS : NEXT_PAGE_SECONDS;
};

/** Bytes of JSON that one object may have: the recorder is asked by one invocation, which takes 6 MB with the object in base64. */
export const MOST_BYTES = 4_000_000;

/**
 * The texts that fit into one object, in order; those that do not are left out, and counted. Whoever makes calls chooses how long their
 * events are: a long one must not cost the others. Pure.
 */
export const thatFit = (
  texts: readonly string[],
  most = MOST_BYTES - 100_000,
): { readonly texts: readonly string[]; readonly leftOut: number } => {
  let bytes = 0;
  const fitting = texts.filter((text) => {
    const length = Buffer.byteLength(JSON.stringify(text)) + 1;
    if (bytes + length > most) return false;
    bytes += length;
    return true;
  });
  return { texts: fitting, leftOut: texts.length - fitting.length };
};

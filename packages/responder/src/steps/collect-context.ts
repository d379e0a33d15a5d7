import {
  afterTurnOf,
  beginContext,
  nextTurnIn,
  parseFindings,
  stepsToDo,
  untilCollected,
  withParts,
  type CollectInput,
  type CollectOutput,
  type ContextState,
  type Finding,
  type StepOutcome,
} from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import type { Keeping } from './context/keep.ts';
import { readAtOnce } from './context/read-at-once.ts';
import { readFlowRecords } from './context/read-flow-records.ts';
import { readSlices } from './context/read-slice.ts';

const ID = 'collect-context';

/** The finding, where it can be read; an event too large for a state says nothing here. */
const findingIn = (event: string): Finding | undefined =>
  event === ''
    ? undefined
    : parseFindings(event).findings.flatMap((one) => (one.status === 'parsed' ? one.finding : []))[0];

const turn = async (
  keeping: Keeping,
  { state, context = '', event = '' }: CollectInput['collect'],
): Promise<ContextState> => {
  if (state === undefined) {
    const finding = findingIn(event);
    const begun = beginContext(keeping.incident, finding?.firstSeen);
    return withParts(begun, await readAtOnce(keeping, { context, finding }));
  }
  // One after the other: a page that is in the vault is not lost to what the other finds.
  const records = await readFlowRecords(keeping, state);
  return afterTurnOf(state, [...records, ...(await readSlices(keeping, state))]);
};

const more = (state: ContextState, recheckAfterSeconds: number): CollectOutput => ({
  next: 'look',
  state,
  recheckAfterSeconds,
  outcomes: [],
});

const ended = (...outcomes: StepOutcome[]): CollectOutput => ({
  next: 'done',
  recheckAfterSeconds: 0,
  outcomes,
});

/**
 * Collects what surrounds the finding, each an object of its own in the vault, or the reason in the ledger why it could not be read: at once the rules of the
 * instance's groups, what Systems Manager says of its agent and its inventory, the member's own view of the finding and what Amazon Inspector knows; when they have arrived, slices of CloudTrail's event history and of flow
 * logs. Nothing waits for it but the seal. Changes nothing; safe to run again: the vault keeps what was written first.
 */
export const collectContext = async (input: CollectInput, services: Services): Promise<CollectOutput> => {
  const { incident, collect } = input;
  if (stepsToDo(input, 'preserve-context').length === 0)
    return ended({ id: ID, status: 'done', detail: 'the plan keeps no context', at: instant(services) });
  // What fails as a whole (the duty, the recorder) is tried again by the workflow, with the same state.
  const after = await turn({ incident, services }, collect);
  if (collect.state === undefined) return more(after, untilCollected(after, services.now()));
  const wait = nextTurnIn(after);
  return wait === undefined
    ? ended(
        { id: ID, status: 'done', detail: detailOf(after), at: instant(services) },
        ...after.notes.map((note): StepOutcome => ({ ...note, status: 'done', at: instant(services) })),
      )
    : more(after, wait);
};

const detailOf = ({ kept, absent }: ContextState): string =>
  `in the vault: ${kept.join(', ') || 'nothing'}${absent.length === 0 ? '' : `; not to be had, with the reason in the ledger: ${absent.join(', ')}`}`.slice(
    0,
    3_000,
  );

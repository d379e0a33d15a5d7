import {
  afterLanding,
  beginCapturing,
  digestsKey,
  hasLanded,
  landingIsOver,
  landingKey,
  ledgerOf,
  LOOK_TO_LAND_MS,
  partsToLand,
  type CaptureOutput,
  type IncidentRef,
  type LandInput,
  type LandingState,
  type PartLanded,
  type PartToLand,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { instant, type Services } from '../../services.ts';
import { about, tell } from '../../store/notify.ts';
import { record } from '../../store/record.ts';
import { NotDone } from '../attempt.ts';
import { clearLanded, landedDigests } from './landed-digests.ts';

/** Until the next look where the recorder did not answer in time; it may have done its part all the same, which it says then. */
const AGAIN_SECONDS = 30;

/** One part: what the recorder says lies in the vault. Undefined where it did not answer in time, and is asked again. */
const landOne = async (
  incident: IncidentRef,
  part: PartToLand,
  services: Services,
): Promise<PartLanded | undefined> => {
  try {
    const { object } = await record(services, {
      kind: 'landed',
      ...ledgerOf(incident),
      number: part.number,
    });
    if (object === undefined) throw new Error(`the recorder carried part ${part.number} and names no object`);
    await clearLanded(incident, landingKey(ledgerOf(incident).ledgerId, part.number), services);
    return { ...part, lies: object.sha256 };
  } catch (error) {
    const { code, message } = classify(error);
    return code === 'RecorderRefused' || code === 'LedgerSealed' ? { ...part, because: message } : undefined;
  }
};

const output = (services: Services, more: Partial<CaptureOutput>): CaptureOutput => ({
  status: 'done',
  outcomes: [],
  capturing: { ...beginCapturing(instant(services)), phase: 'ended' },
  recheckAfterSeconds: 0,
  ...more,
});

/** What became of it, for rows, ledger and people: an image of which a part is missing or another is missing evidence. */
const endOf = async (
  incident: IncidentRef,
  { image, done, wrong, moreWrong }: LandingState,
  services: Services,
  unread: readonly string[] = [],
): Promise<CaptureOutput> => {
  const late =
    unread.length === 0 && done < image.parts
      ? [`${image.parts - done} part(s) were not carried into the vault in time`]
      : [];
  const more = moreWrong > 0 ? [`and with ${moreWrong} more part(s) something is wrong`] : [];
  const problems = [...unread, ...late, ...wrong, ...more];
  const row = (status: StepOutcome['status'], detail: string): StepOutcome => ({
    id: 'capture-memory:landing',
    status,
    detail,
    at: instant(services),
  });
  if (problems.length === 0) {
    await clearLanded(incident, digestsKey(ledgerOf(incident).ledgerId), services);
    return output(services, {
      outcomes: [
        row(
          'done',
          `${image.parts} part(s) of ${image.bytes} bytes in all lie in the vault, each with the digest that the host gave`,
        ),
      ],
    });
  }
  const because = problems.join('; ').slice(0, 1_000);
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject: 'memory', because });
  await tell(services, {
    kind: 'evidence-missing',
    ...about(incident),
    subject: 'memory',
    reasons: [because],
  });
  return output(services, { outcomes: [row('refused', because)] });
};

/** The digests that the host gave; or the end, where there are none that fit what it said; undefined where S3 failed. */
const digestsOf = async (
  incident: IncidentRef,
  landing: LandingState,
  services: Services,
): Promise<readonly string[] | { readonly end: CaptureOutput } | undefined> => {
  try {
    return await landedDigests(incident, landing.image, services);
  } catch (error) {
    if (error instanceof NotDone) return { end: await endOf(incident, landing, services, [error.message]) };
    classify(error);
    return undefined;
  }
};

/**
 * Carries an image from the landing bucket into the vault: some parts a call, each by the recorder, which makes its digest again; then it is compared with
 * the host's word and deleted here. The workflow comes back until all are there, or the time is over.
 *
 *     look: list of digests -> 4 parts side by side -> 4 more, while the look is young -> how many are done -> next look
 */
export const land = async (
  { land: { incident, landing } }: LandInput,
  services: Services,
): Promise<CaptureOutput> => {
  if (hasLanded(landing) || landingIsOver(landing, services.now())) return endOf(incident, landing, services);
  const digests = await digestsOf(incident, landing, services);
  if (digests === undefined)
    return output(services, { status: 'waiting', landing, recheckAfterSeconds: AGAIN_SECONDS });
  if ('end' in digests) return digests.end;
  const began = services.now();
  let next = landing;
  let gap = -1;
  do {
    const landed = await Promise.all(
      partsToLand(next, digests).map((part) => landOne(incident, part, services)),
    );
    // In order, so that the count says which are done: one that is asked for again is done again, and says the same.
    gap = landed.indexOf(undefined);
    next = afterLanding(
      next,
      landed.slice(0, gap === -1 ? landed.length : gap).flatMap((part) => part ?? []),
    );
  } while (gap === -1 && !hasLanded(next) && services.now() - began < LOOK_TO_LAND_MS);
  if (hasLanded(next)) return endOf(incident, next, services);
  return output(services, {
    status: 'waiting',
    landing: next,
    recheckAfterSeconds: gap === -1 ? 1 : AGAIN_SECONDS,
  });
};

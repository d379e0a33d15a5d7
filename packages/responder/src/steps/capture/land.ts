import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  afterLanding,
  beginCapturing,
  hasLanded,
  landingBucketName,
  landingIsOver,
  landingKey,
  ledgerOf,
  partsToLand,
  type CaptureOutput,
  type IncidentRef,
  type LandInput,
  type LandingState,
  type PartLanded,
  type PartToLand,
  type StepOutcome,
} from '@cordon/incident';
import { classify, faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { instant, ownIn, type Services } from '../../services.ts';
import { about, tell } from '../../store/notify.ts';
import { record } from '../../store/record.ts';

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
    await clear(incident, landingKey(ledgerOf(incident).ledgerId, part.number), services);
    return { ...part, lies: object.sha256 };
  } catch (error) {
    const { code, message } = classify(error);
    return code === 'RecorderRefused' || code === 'LedgerSealed' ? { ...part, because: message } : undefined;
  }
};

/** Takes away what lies in the vault now. What is left all the same expires. */
const clear = async ({ region }: IncidentRef, Key: string, services: Services): Promise<void> => {
  const { security } = services.config.accounts;
  try {
    await clientFor(S3Client, ownIn(services, region)).send(
      new DeleteObjectCommand({
        Bucket: landingBucketName(security, region),
        Key,
        ExpectedBucketOwner: security,
      }),
    );
  } catch (error) {
    faultCode(error);
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
  { image, done, wrong }: LandingState,
  services: Services,
): Promise<CaptureOutput> => {
  const late =
    done < image.parts.length
      ? [`${image.parts.length - done} part(s) were not carried into the vault in time`]
      : [];
  const problems = [...wrong, ...late];
  const row = (status: StepOutcome['status'], detail: string): StepOutcome => ({
    id: 'capture-memory:landing',
    status,
    detail,
    at: instant(services),
  });
  if (problems.length === 0)
    return output(services, {
      outcomes: [
        row(
          'done',
          `${image.parts.length} part(s) of ${image.bytes} bytes in all lie in the vault, each with the digest that the host gave`,
        ),
      ],
    });
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

/**
 * Carries an image from the landing bucket into the vault: some parts a call, each by the recorder, which makes its digest again; then it is compared with
 * the host's word and deleted here. The workflow comes back until all are there, or the time is over.
 */
export const land = async (
  { land: { incident, landing } }: LandInput,
  services: Services,
): Promise<CaptureOutput> => {
  if (hasLanded(landing) || landingIsOver(landing, services.now())) return endOf(incident, landing, services);
  const landed = await Promise.all(partsToLand(landing).map((part) => landOne(incident, part, services)));
  // In order, so that the count says which are done: one that is asked for again is done again, and says the same.
  const gap = landed.indexOf(undefined);
  const next = afterLanding(
    landing,
    landed.slice(0, gap === -1 ? landed.length : gap).flatMap((part) => part ?? []),
  );
  if (hasLanded(next)) return endOf(incident, next, services);
  return output(services, {
    status: 'waiting',
    landing: next,
    recheckAfterSeconds: gap === -1 ? 1 : AGAIN_SECONDS,
  });
};

import type { AwsCall, Calls, SignedEntry } from '@cordon/evidence';
import { RECORDER_FUNCTION_NAME, type RecorderReply, type RecorderRequest } from '@cordon/incident';
import { hearing } from '../aws/heard-calls.ts';
import { instant, type Services } from '../services.ts';
import { depositReport } from './deposit-report.ts';
import { append } from './ledger.ts';
import { observe, type Observation } from './observe.ts';
import { sealLedger } from './seal-ledger.ts';
import { openSigner } from './signer.ts';
import { openVault } from './vault.ts';

/**
 * The evidence account's recorder: the only function that writes the vault and signs custody. It opens an incident's
 * ledger with its first entry, reads the fact from AWS before it signs, and never overwrites.
 */
export const recorder = async (request: RecorderRequest, services: Services): Promise<RecorderReply> => {
  const vault = openVault(services);
  const signer = await openSigner(services);
  const actor = `arn:${services.partition}:lambda:${services.config.homeRegion}:${services.config.accounts.evidence}:function:${RECORDER_FUNCTION_NAME}`;
  const now = (): string => instant(services);
  const { ledgerId } = request;
  if (request.kind === 'seal') {
    const tools = { vault, signer, actor, now };
    if (request.told !== undefined) await depositReport(tools, ledgerId, request.told);
    return reply(await sealLedger(tools, ledgerId));
  }
  const { given: observations, calls } = await hearing(services.now, () => observe(request, vault, services));
  const draft = ({ calls: reported, ...what }: Observation) => ({
    incidentId: ledgerId,
    at: now(),
    actor,
    ...what,
    calls: what.basis === 'observed' ? known(calls) : known(reported),
  });
  const opening = draft({
    basis: 'reported',
    event: {
      kind: 'incident-opened',
      account: request.account,
      region: request.region,
      instanceId: request.instanceId,
      findingId: request.findingId,
    },
  });
  let last: SignedEntry | undefined;
  for (const observation of observations) {
    do {
      last = await append({ vault, signer, ledgerId, known: last }, (before) =>
        before === undefined ? opening : draft(observation),
      );
      // The entry that opened the ledger, ours or a racing writer's, is not yet the one that was asked for.
    } while (last?.entry.event.kind === 'incident-opened');
  }
  if (last === undefined) throw new Error(`a ${request.kind} request gave nothing to record`);
  return { ...reply(last), ...objectOf(last.entry.event) };
};

/** Nothing heard is not known: the ledger then says so, instead of an empty list. */
const known = (calls: readonly AwsCall[] = []): Calls | undefined =>
  calls.length === 0 ? undefined : { status: 'known', calls };

const reply = (signed: SignedEntry): RecorderReply => ({
  sequence: signed.entry.sequence,
  digest: signed.digest,
});

const objectOf = (event: Observation['event']): Pick<RecorderReply, 'object'> =>
  event.kind === 'object-deposited'
    ? { object: { key: event.key, versionId: event.versionId, sha256: event.sha256 } }
    : {};

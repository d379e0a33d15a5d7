import type { Calls, SignedEntry } from '@cordon/evidence';
import {
  contentsRegion,
  RECORDER_FUNCTION_NAME,
  type RecorderReply,
  type RecorderRequest,
} from '@cordon/incident';
import { hearing, type HeardCalls } from '../aws/heard-calls.ts';
import { instant, type Services } from '../services.ts';
import { depositReport } from './deposit-report.ts';
import { append, readLedger, type LedgerDraft } from './ledger.ts';
import { observeBlocks } from './observe-blocks.ts';
import { observe, type Observation } from './observe.ts';
import { keepLonger, sayRetention } from './retention.ts';
import { sealLedger } from './seal-ledger.ts';
import { openSigner } from './signer.ts';
import { openVault, type Vault } from './vault.ts';

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
    await sayRetention(tools, ledgerId, {
      keeping: services.config.evidence,
      wanted: request.told?.plan?.keptDays,
    });
    if (request.told !== undefined) await depositReport(tools, ledgerId, request.told);
    const seal = await sealLedger(tools, ledgerId);
    await keepLonger(tools, ledgerId, services.config.evidence);
    return reply(seal);
  }
  const opening = (): LedgerDraft => ({
    incidentId: ledgerId,
    at: now(),
    actor,
    ...opens(request, services),
  });
  // What is deposited lies where the first entry says, so that this entry comes before it.
  if (PUTS.includes(request.kind) && !(await vault.isOpen(ledgerId))) {
    await append({ vault, signer, ledgerId }, (there) => (there === undefined ? opening() : undefined));
    // Read now, where nobody listens: the calls that an entry names are those of what it says.
    await vault.isOpen(ledgerId);
  }
  const { given, ...heard } = await hearing(services.now, () => look(request, vault, services));
  const { observations, last: before, ...compared } = given;
  // Parts of a manifest are missing, or roots are still being built: that is an answer, and no entry.
  const asked = compared.blocks?.verdict;
  if ((asked === 'unfinished' || asked === 'building') && before !== undefined)
    return { ...reply(before), ...compared };
  const draft = ({ calls = [], callsLeftOut = 0, ...what }: Observation) => ({
    incidentId: ledgerId,
    at: now(),
    actor,
    ...what,
    calls: known(what.basis === 'observed' ? heard : { calls, leftOut: callsLeftOut }),
  });
  let last: SignedEntry | undefined;
  for (const observation of observations) {
    do {
      last = await append({ vault, signer, ledgerId, known: last }, (before) =>
        before === undefined ? opening() : draft(observation),
      );
      // The entry that opened the ledger, ours or a racing writer's, is not yet the one that was asked for.
    } while (last?.entry.event.kind === 'incident-opened');
  }
  if (last === undefined) throw new Error(`a ${request.kind} request gave nothing to record`);
  return { ...reply(last), ...objectOf(last.entry.event), ...compared };
};

/** Requests by which contents come into the vault. */
const PUTS: readonly RecorderRequest['kind'][] = ['deposit', 'landed'];

/** The entry that opens a ledger: of what instance it is, and where contents of its evidence lie from then on. */
const opens = (
  { account, region, instanceId, findingId, openedOn, residency }: RecorderRequest,
  { config }: Services,
): Pick<LedgerDraft, 'basis' | 'event' | 'calls'> => {
  const contentsIn = contentsRegion(config, { region, residency });
  return {
    basis: 'reported',
    event: {
      kind: 'incident-opened',
      account,
      region,
      instanceId,
      findingId,
      ...(contentsIn === undefined ? {} : { contentsIn }),
    },
    ...(openedOn === undefined ? {} : { calls: { status: 'known', calls: [openedOn] } }),
  };
};

/** What is to be recorded, and of blocks how they compare, with the last entry that was there before. */
const look = async (
  request: Exclude<RecorderRequest, { kind: 'seal' }>,
  vault: Vault,
  services: Services,
): Promise<
  { readonly observations: readonly Observation[]; readonly last?: SignedEntry | undefined } & Pick<
    RecorderReply,
    'blocks'
  >
> => {
  if (request.kind !== 'blocks') return { observations: await observe(request, vault, services) };
  const ledger = await readLedger(vault, request.ledgerId, 'all');
  const { observations, compared } = await observeBlocks(
    request,
    vault,
    ledger.map(({ entry }) => entry.event),
  );
  return { observations, blocks: compared, last: ledger.at(-1) };
};

/** Nothing heard is not known: the ledger then says so, instead of an empty list. */
const known = ({ calls, leftOut }: HeardCalls): Calls | undefined =>
  calls.length === 0 ? undefined : { status: 'known', calls, ...(leftOut === 0 ? {} : { leftOut }) };

const reply = (signed: SignedEntry): RecorderReply => ({
  sequence: signed.entry.sequence,
  digest: signed.digest,
});

const objectOf = (event: Observation['event']): Pick<RecorderReply, 'object'> =>
  event.kind === 'object-deposited'
    ? { object: { key: event.key, versionId: event.versionId, sha256: event.sha256 } }
    : {};

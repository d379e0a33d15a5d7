import {
  ledgerOf,
  type CapturingState,
  type LandedImage,
  type MemoryDocumentName,
  type SaidByHost,
  type StepOf,
} from '@cordon/incident';
import { instant } from '../../services.ts';
import { record } from '../../store/record.ts';
import { landedDigests } from './landed-digests.ts';
import type { Work } from './work.ts';

type Step = StepOf<'capture-memory'>;
type Captured = Extract<SaidByHost, { status: 'captured' }>;

/** Which of the pinned tools the host says that it ran, by the hash that it gave: its own word, like all of this. */
const toolRun = ({ tool, modules = [] }: Step, { toolSha256 }: Captured): Step['tool'] => {
  const module = modules.find(({ sha256 }) => sha256 === toolSha256);
  return module === undefined ? tool : { name: 'lime', version: module.version, sha256: module.sha256 };
};

/**
 * Into the vault: what ran, how it was asked for, which way the image went and the hashes that the host gave; they are the host's word, and said
 * to be. Gives what its row says.
 *
 * @param landed what the host sent in parts: their digests are kept with the rest
 * @throws NotDone where the list of these is another than the host said
 */
export const keepSaid = async (
  {
    capturing,
    incident,
    services,
    step,
    document,
  }: Pick<Work, 'incident' | 'services'> & {
    readonly capturing: CapturingState;
    readonly step: Step;
    readonly document: MemoryDocumentName;
  },
  said: Captured,
  landed: LandedImage | undefined,
): Promise<string> => {
  const parts = landed === undefined ? undefined : await landedDigests(incident, landed, services);
  const tool = toolRun(step, said);
  const way =
    parts === undefined
      ? { transport: 'volume', volumeId: capturing.volumeId }
      : { transport: 'landing', because: capturing.landing };
  const body = {
    schemaVersion: 1,
    tool,
    document,
    commandId: capturing.commandId,
    ...way,
    image: {
      sha256: said.sha256,
      bytes: said.bytes,
      hashedBy: 'the host',
      ...(parts === undefined ? {} : { parts }),
    },
    kernel: said.kernel,
    startedAt: capturing.since,
    endedAt: instant(services),
    caveat:
      'The host was compromised: image, hash and kernel are what it presented. The copy in custody shows that nothing changed since.',
  };
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label: 'memory-capture.json',
    contentType: 'application/json',
    bodyBase64: Buffer.from(JSON.stringify(body, undefined, 2)).toString('base64'),
  });
  const to =
    parts === undefined
      ? `to ${capturing.volumeId}`
      : `in ${parts.length} part(s) to the landing bucket, for ${capturing.landing ?? 'no volume was tried'}`;
  return `${tool.name} ${tool.version} wrote ${said.bytes} bytes ${to}, SHA-256 ${said.sha256} by the host's word`;
};

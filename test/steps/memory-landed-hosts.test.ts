import { sendParts } from '@cordon/drill';
import { sha256Hex } from '@cordon/evidence';
import {
  MEMORY_DOCUMENT_NAMES,
  memoryDocuments,
  type CordonConfig,
  type MemoryDocumentName,
} from '@cordon/incident';
import { addDocument, addGuest, addObject, s3State, ssmState, type JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { documentsOf, vaultBytes } from './memory-kept.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const PATH = allowing({ memory: 'automatic', managementPath: 'automatic' });
const landed = (more: Partial<Play>): Promise<Played> => play({ scenario: 'memory-captured', ...more });
const ok = (calls: readonly JournalCall[]): readonly JournalCall[] =>
  calls.filter(({ outcome }) => outcome === 'ok');
const bucketOf = ({ organization, suspect }: Stage, name: string) =>
  organization.world.of(s3State, '', '').buckets.get(`${name}-${config.accounts.security}-${suspect.region}`);
const keysIn = (stage: Stage): readonly string[] => [
  ...(bucketOf(stage, 'cordon-landing')?.versions.keys() ?? []),
];

const TOOL = 'a tool that no host of AWS runs\n';
const having = (more: Partial<NonNullable<CordonConfig['evidence']['memory']>>): CordonConfig => ({
  ...PATH,
  evidence: {
    ...PATH.evidence,
    memory: { minutes: 15, landing: { when: 'always', upToGiB: 16 }, ...more },
  },
});
const commandTo = (played: Played) =>
  ok(played.callsOf('SendCommand', 'cordon-capture')).find(({ input }) =>
    String(input['DocumentName']).endsWith('-landing'),
  )?.input;
const saidBy = (played: Played) => JSON.parse(vaultBytes(played, 'memory-capture.json').toString('utf8'));

/** The host is of another kind: its machine, its agent, and the documents of a deployment that has tools for it. */
const asHost =
  (
    of: CordonConfig,
    document: MemoryDocumentName,
    { wholeParts = 1, windows = false, type = 'm5.large' } = {},
  ) =>
  (on: Stage): void => {
    const { organization, suspect, ec2 } = on;
    const { account, region, instanceId } = suspect;
    const { world, ids, timeline } = organization;
    const instance = ec2.instances.get(instanceId);
    if (instance === undefined) throw new Error('there is no suspect');
    const graviton = type.startsWith('m7g');
    Object.assign(instance, {
      instanceType: type,
      ...(graviton ? { architecture: 'arm64' } : {}),
      ...(windows ? { platform: 'windows' } : {}),
    });
    documentsOf(on).delete(MEMORY_DOCUMENT_NAMES[document]);
    const content = memoryDocuments(of.evidence.memory)[document] ?? {};
    addDocument(world, { account, region, name: MEMORY_DOCUMENT_NAMES[document], content }, timeline.now());
    const bucket = `cordon-tools-${config.accounts.security}-${region}`;
    addObject(world, { bucket, key: sha256Hex(TOOL), body: TOOL }, { ids, now: timeline.now() });
    const { agents, guests, hibernating } = world.of(ssmState, account, region);
    agents.clear();
    guests.clear();
    hibernating.clear();
    addGuest(
      organization,
      { account, region, id: instanceId },
      {
        platform: windows ? 'Windows' : 'Linux',
        platformName: windows ? 'Microsoft Windows Server 2022 Datacenter' : 'Amazon Linux',
        platformVersion: windows ? '10.0.20348' : '2023',
        architecture: graviton ? 'arm64' : 'x86_64',
        agentVersion: '3.3.2299.0',
        run: (command) => sendParts(command, wholeParts),
      },
    );
  };
describe('memory that is sent to the landing bucket', () => {
  it('takes what a LiME module reads on Graviton, where AVML reads nothing', async () => {
    const of = having({
      lime: [{ kernel: '6.1.0-drill', machine: 'aarch64', version: '1.11.0', sha256: sha256Hex(TOOL) }],
    });
    const played = await landed({
      config: of,
      furnish: asHost(of, 'LinuxLanding', { type: 'm7g.large' }),
    });
    expect(commandTo(played)).toMatchObject({
      DocumentName: MEMORY_DOCUMENT_NAMES.LinuxLanding,
      Parameters: { ToolUrl: ['none'], Modules: [expect.stringContaining(sha256Hex(TOOL))] },
    });
    expect(saidBy(played)).toMatchObject({
      tool: { name: 'lime', version: '1.11.0' },
      document: 'LinuxLanding',
      transport: 'landing',
    });
    expect(played.reasonsOf('evidence-missing')).toBe('');
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('takes what WinPmem reads on Windows, by a document that knows no modules', async () => {
    const of = having({ windows: { name: 'winpmem', version: '4.1', sha256: sha256Hex(TOOL) } });
    const played = await landed({
      config: of,
      furnish: asHost(of, 'WindowsLanding', { windows: true }),
    });
    const { DocumentName, Parameters } = commandTo(played) ?? {};
    expect(DocumentName).toBe(MEMORY_DOCUMENT_NAMES.WindowsLanding);
    expect(Object.keys(Parameters ?? {}).toSorted()).toEqual([
      'Links',
      'LinksSha256',
      'PartBytes',
      'Seconds',
      'ToolUrl',
    ]);
    expect(saidBy(played)).toMatchObject({ tool: { name: 'winpmem' }, document: 'WindowsLanding' });
    expect(played.reasonsOf('evidence-missing')).toBe('');
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  describe('in more parts than a look carries', () => {
    const of = having({ linux: { name: 'avml', version: '0.20.0', sha256: sha256Hex(TOOL) } });
    const many = (more: Partial<Play> = {}): Promise<Played> =>
      landed({
        config: of,
        furnish: asHost(of, 'LinuxLanding', { type: 't3.micro', wholeParts: 5 }),
        ...more,
      });

    it('comes into the vault whole, each part once and in its place', async () => {
      const played = await many();
      const { parts } = saidBy(played).image;
      expect(parts).toHaveLength(6);
      const lie = parts.map((_digest: string, index: number) =>
        sha256Hex(vaultBytes(played, `memory-image.${String(index + 1).padStart(4, '0')}`)),
      );
      expect(lie).toEqual(parts);
      expect(keysIn(played).filter((key) => /\/(part-|digests)/.test(key))).toEqual([]);
      expect(played.kinds.at(-1)).toBe('incident-sealed');
    });

    it('goes on where it was when S3 or the recorder had trouble meanwhile', async () => {
      let calls = 0;
      const played = await many({
        faults: ({ caller, operation, input }) => {
          const ofList = /^(Head|Get)Object$/.test(operation) && String(input['Key']).endsWith('/digests');
          if (!caller.includes('capture-memory')) return undefined;
          if (operation !== 'Invoke' && operation !== 'DeleteObject' && !ofList) return undefined;
          calls += 1;
          return calls <= 16 && calls % 2 === 0 ? { kind: 'server-error' } : undefined;
        },
      });
      expect(calls).toBeGreaterThan(16);
      expect(vaultBytes(played, 'memory-image.0006').length).toBeGreaterThan(0);
      expect(played.reasonsOf('evidence-missing')).toBe('');
    });

    it.each<[string, (body: Buffer) => Buffer, RegExp]>([
      ['is longer than it can be', (body) => Buffer.concat([body, body]), /list of digests has 780 bytes/],
      [
        'is another than the host said',
        (body) => Buffer.from(body.toString('utf8').replaceAll(/^./gm, '0')),
        /list of digests is another than the host said/,
      ],
    ])('is missing evidence where the list of digests %s', async (_what, change, why) => {
      const played = await many({
        meanwhile: ({ operation, input }, stage) => {
          if (operation !== 'HeadObject' || !String(input['Key']).endsWith('/digests')) return;
          const [list] = bucketOf(stage, 'cordon-landing')?.versions.get(String(input['Key'])) ?? [];
          if (list?.kind === 'object' && list.body.length === 390)
            Object.assign(list, { body: change(list.body), checksums: {} });
        },
      });
      expect(played.reasonsOf('evidence-missing')).toMatch(why);
      expect(vaultBytes(played, 'memory-image.0001')).toHaveLength(0);
      expect(played.kinds).toContain('contained');
      expect(played.kinds.at(-1)).toBe('needs-a-person');
    });
  });
});

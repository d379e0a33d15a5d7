import { sha256Hex } from '@cordon/evidence';
import { compile } from '@cordon/iam';
import { MEMORY_DOCUMENT_NAMES, memoryDocuments, TAGS, type CordonConfig } from '@cordon/incident';
import {
  addDocument,
  addGuest,
  addObject,
  addRole,
  ec2State,
  s3State,
  setDefaultHostManagement,
  ssmState,
  type JournalCall,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { documentsOf, vaultBytes } from './memory-kept.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const PATH = allowing({ memory: 'automatic', managementPath: 'automatic' });
const captured = (more: Partial<Play> = {}): Promise<Played> =>
  play({ scenario: 'memory-captured', config: PATH, ...more });
const ok = (calls: readonly JournalCall[]): readonly JournalCall[] =>
  calls.filter(({ outcome }) => outcome === 'ok');
/** Copies in the evidence account that hold memory. */
const copies = ({ organization, suspect }: Played) =>
  [...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values()].filter(
    ({ tags }) => tags.get(TAGS.hop) === 'evidence' && tags.get(TAGS.holds) === 'memory',
  );
const isolatedAt = ({ callsOf, suspect }: Played): number =>
  ok(callsOf('ModifyNetworkInterfaceAttribute')).find(
    ({ input }) =>
      suspect.networkInterfaceIds.includes(String(input['NetworkInterfaceId'])) &&
      Array.isArray(input['Groups']),
  )?.sentAt ?? Number.NaN;

describe('memory that is sent to the landing bucket', () => {
  const LANDING: CordonConfig = {
    ...PATH,
    evidence: {
      ...PATH.evidence,
      memory: { ...PATH.evidence.memory, minutes: 15, landing: { when: 'always', upToGiB: 16 } },
    },
  };
  const landed = (more: Partial<Play> = {}): Promise<Played> => captured({ config: LANDING, ...more });
  const bucketOf = ({ organization, suspect }: Stage, name: string) =>
    organization.world
      .of(s3State, '', '')
      .buckets.get(`${name}-${config.accounts.security}-${suspect.region}`);
  const keysIn = (stage: Stage): readonly string[] => [
    ...(bucketOf(stage, 'cordon-landing')?.versions.keys() ?? []),
  ];

  it('goes by links that nobody can use twice, and into the vault with the digests that the host gave', async () => {
    const played = await landed();
    expect(played.callsOf('CreateVolume', 'cordon-capture')).toEqual([]);
    const said = JSON.parse(vaultBytes(played, 'memory-capture.json').toString('utf8'));
    expect(said).toMatchObject({ transport: 'landing', image: { hashedBy: 'the host' } });
    expect(said.image.parts).toHaveLength(2);
    const digests = [1, 2].map((number) => sha256Hex(vaultBytes(played, `memory-image.000${number}`)));
    expect(digests).toEqual(said.image.parts);
    expect(keysIn(played).filter((key) => key.includes('/part-'))).toEqual([]);
    expect(
      ok(played.callsOf('PutObject'))
        .filter(({ input }) => String(input['Key']).includes('/part-'))
        .every(({ input }) => input['IfNoneMatch'] === '*'),
    ).toBe(true);
    expect(played.reasonsOf('evidence-missing')).toBe('');
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('is missing evidence where a part is another than the host said, and kept all the same', async () => {
    let changed = false;
    const played = await landed({
      meanwhile: ({ operation, input }, stage) => {
        if (changed || operation !== 'HeadObject' || !String(input['Key']).endsWith('/part-0002')) return;
        const [part] = bucketOf(stage, 'cordon-landing')?.versions.get(String(input['Key'])) ?? [];
        // As though it had been sent so: S3's own checksum is of what lies there.
        if (part?.kind === 'object') Object.assign(part, { body: Buffer.from('another'), checksums: {} });
        changed = true;
      },
    });
    expect(changed).toBe(true);
    expect(played.reasonsOf('evidence-missing')).toMatch(/part 2 lies in the vault with SHA-256/);
    expect(vaultBytes(played, 'memory-image.0002').length).toBeGreaterThan(0);
    expect(played.kinds.at(-1)).toBe('needs-a-person');
  });

  it.each(['throttled', 'server-error', 'lost-reply'] as const)(
    'comes into the vault whole, or says why, where one answer in three is %s',
    async (kind) => {
      let calls = 0;
      const played = await landed({
        faults: ({ caller, operation }) => {
          if (!caller.includes('capture-memory') && operation !== 'SendCommand') return undefined;
          calls += 1;
          return calls % 3 === 0 ? { kind } : undefined;
        },
      });
      expect(played.kinds).toContain('contained');
      const missing = played.reasonsOf('evidence-missing') !== '';
      expect(vaultBytes(played, 'memory-image.0002').length === 0).toBe(missing);
    },
  );

  it('says why where the endpoint of the VPC does not let the parts through', async () => {
    const played = await landed({
      furnish: ({ organization, suspect }) => {
        const { vpcEndpoints } = organization.world.of(ec2State, suspect.account, suspect.region);
        for (const [id, endpoint] of vpcEndpoints)
          if (endpoint.serviceName.endsWith('.s3'))
            vpcEndpoints.set(id, { ...endpoint, policy: compile(READ_ONLY, id) });
      },
    });
    expect(played.reasonsOf('evidence-missing')).toContain('S3 refused a part');
    expect(played.kinds).toContain('contained');
  });
});

const READ_ONLY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
};

describe('a command whose reply was lost', () => {
  it('is sent once, and looked for', async () => {
    let lost = false;
    const played = await captured({
      faults: ({ operation, caller }) => {
        if (lost || operation !== 'SendCommand' || !caller.includes('cordon-capture')) return undefined;
        lost = true;
        return { kind: 'lost-reply' };
      },
    });
    expect(lost).toBe(true);
    expect(played.callsOf('SendCommand', 'cordon-capture')).toHaveLength(1);
    expect(copies(played)).toHaveLength(1);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });
});

describe('tools beside the program', () => {
  const MODULE = 'e'.repeat(64);
  const withModule: CordonConfig = {
    ...PATH,
    evidence: {
      ...PATH.evidence,
      memory: {
        ...PATH.evidence.memory,
        minutes: 15,
        lime: [{ kernel: '6.1.0-drill', machine: 'x86_64', version: '1.10.0', sha256: MODULE }],
      },
    },
  };
  const stage = ({ organization, suspect }: Stage): void => {
    const { world, ids, timeline } = organization;
    const bucket = `cordon-tools-${config.accounts.security}-${suspect.region}`;
    const version = addObject(world, { bucket, key: MODULE, body: 'a module' }, { ids, now: timeline.now() });
    // Put there by a means that keeps no SHA-256: the host compares it then.
    const { SHA256: _none, ...checksums } = version.checksums;
    Object.assign(version, { checksums });
  };
  const modulesSent = (played: Played): string =>
    JSON.stringify(
      ok(played.callsOf('SendCommand', 'cordon-capture')).map(({ input }) => input['Parameters']),
    );

  it('are linked behind their hashes, and named by the plan', async () => {
    const played = await captured({
      config: withModule,
      furnish: (on) => {
        documentsOf(on).delete(MEMORY_DOCUMENT_NAMES.Linux);
        const { world, timeline } = on.organization;
        addDocument(
          world,
          {
            account: on.suspect.account,
            region: on.suspect.region,
            name: MEMORY_DOCUMENT_NAMES.Linux,
            content: memoryDocuments(withModule.evidence.memory).Linux ?? {},
          },
          timeline.now(),
        );
        stage(on);
      },
    });
    expect(modulesSent(played)).toMatch(new RegExp(`${MODULE}=https://.*/${MODULE}\\?.*X-Amz-Signature=`));
    expect(copies(played)).toHaveLength(1);
  });
});

describe('an instance without a profile, whose agent Default Host Management has', () => {
  const managed = (on: Stage, role: string | undefined): void => {
    const { world, ids, timeline } = on.organization;
    const { account, region, instanceId } = on.suspect;
    for (const [id, held] of on.ec2.profileAssociations)
      if (held.instanceId === instanceId) on.ec2.profileAssociations.delete(id);
    const policy = (Action: readonly string[], more: object) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, ...more }],
    });
    addRole(
      world,
      {
        account,
        name: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
        trust: policy(['sts:AssumeRole'], { Principal: { Service: 'ssm.amazonaws.com' } }),
        inline: { may: policy(['ssm:UpdateInstanceInformation', 'ssmmessages:*'], { Resource: '*' }) },
      },
      { ids, now: timeline.now() },
    );
    setDefaultHostManagement(world, { account, region }, role);
    const { agents, guests, hibernating } = world.of(ssmState, account, region);
    agents.clear();
    hibernating.clear();
    const guest = guests.get(instanceId);
    if (guest === undefined) throw new Error('the suspect has no guest');
    // Its agent registers anew, with what it has now.
    addGuest(on.organization, { account, region, id: instanceId }, guest);
  };

  it('is asked after the cut as any other, and gets no profile', async () => {
    const played = await captured({
      furnish: (on) => managed(on, 'AWSSystemsManagerDefaultEC2InstanceManagementRole'),
    });
    expect(copies(played)).toHaveLength(1);
    expect(played.callsOf('AssociateIamInstanceProfile')).toEqual([]);
    expect(ok(played.callsOf('SendCommand', 'cordon-capture'))[0]?.sentAt).toBeGreaterThan(
      isolatedAt(played),
    );
  });

  it('has none captured where it is off, and the plan says so', async () => {
    const played = await captured({ furnish: (on) => managed(on, undefined) });
    expect(played.callsOf('SendCommand', 'cordon-capture')).toEqual([]);
    expect(copies(played)).toEqual([]);
  });
});

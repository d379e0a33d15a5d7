import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { deploymentNames, makeApp } from '@cordon/constructs';
import { functionRoleArn, operatorRoleArn } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { codeRootIn } from './code-root.fixture.ts';
import { EvidenceHomeStack } from './evidence-home-stack.ts';
import { EvidenceRegionStack } from './evidence-region-stack.ts';
import { asksRecorder } from './recorder.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: object;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const work = mkdtempSync(join(tmpdir(), 'cordon-evidence-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootIn(work);

const synthesize = (lockMode: 'governance' | 'compliance') => {
  const app = makeApp({ outdir: join(work, lockMode), delivery: 'account' });
  const evidence = { ...config.evidence, lockMode };
  const home = new EvidenceHomeStack(app, 'CordonEvidenceHome', {
    config: { ...config, evidence },
    codeRoot,
  });
  const region = new EvidenceRegionStack(app, 'CordonEvidenceRegion', { config, codeRoot });
  app.synth();
  return {
    home: Template.fromStack(home),
    region: Template.fromStack(region),
    resolve: (value: unknown) => Stack.of(home).resolve(value) as unknown,
  };
};
const { home, region, resolve } = synthesize('governance');
const RECORDER = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::602011150003:role/cordon/cordon-recorder']],
};

const only = (
  template: Template,
  type: string,
  properties: object = {},
): { readonly [property: string]: unknown } => {
  const found = Object.values(template.findResources(type, { Properties: properties }));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} resources of ${type}; want one`);
  return found[0]['Properties'];
};
const statementsOf = (policy: unknown): readonly Statement[] =>
  (policy as { readonly Statement: readonly Statement[] }).Statement;

const VAULT = { BucketName: 'cordon-vault-602011150003' };
const [idOfVault] = Object.keys(home.findResources('AWS::S3::Bucket', { Properties: VAULT }));

describe('the vault', () => {
  const bucket = only(home, 'AWS::S3::Bucket', VAULT);
  const statements = statementsOf(
    only(home, 'AWS::S3::BucketPolicy', { Bucket: { Ref: idOfVault } })['PolicyDocument'],
  );
  const named = (sid: string): Statement => {
    const found = statements.find(({ Sid }) => Sid === sid);
    if (found === undefined) throw new Error(`the vault's policy has no ${sid}`);
    return found;
  };

  it.each(['governance', 'compliance'] as const)(
    'locks each object from the start, in %s mode for the configured days',
    (mode) => {
      expect(only(synthesize(mode).home, 'AWS::S3::Bucket', VAULT)).toMatchObject({
        BucketName: 'cordon-vault-602011150003',
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: mode.toUpperCase(), Days: config.evidence.lockDays } },
        },
        VersioningConfiguration: { Status: 'Enabled' },
      });
    },
  );

  it('is private, encrypted under its own key, and stays when the stack goes', () => {
    const [keyId] = Object.keys(
      home.findResources('AWS::KMS::Key', { Properties: { Description: 'Cordon: objects of the vault' } }),
    );
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [keyId, 'Arn'] },
            },
          },
        ],
      },
    });
    home.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    home.hasResource('AWS::S3::BucketPolicy', { DeletionPolicy: 'Retain' });
  });

  it('has a policy that only takes away', () => {
    expect(new Set(statements.map(({ Effect }) => Effect))).toEqual(new Set(['Deny']));
    expect(statements.every(({ Principal }) => JSON.stringify(Principal) === '{"AWS":"*"}')).toBe(true);
  });

  it('takes objects from the recorder only, below incidents/ only, and under new keys only', () => {
    expect(named('OnlyRecorderWrites')).toMatchObject({
      Action: 's3:PutObject',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': RECORDER } },
    });
    expect(named('OnlyNewKeys')).toMatchObject({
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(named('OnlyIncidents').Condition).toBeUndefined();
    expect(JSON.stringify(named('OnlyIncidents').NotResource)).toContain(
      ':s3:::cordon-vault-602011150003/incidents/*',
    );
  });

  it.each(['s3:PutBucketObjectLockConfiguration', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration'])(
    'refuses %s to all but break-glass, the recorder included',
    (action) => {
      const { Action, Condition } = named('NobodyWeakens');
      expect(Action).toContain(action);
      expect(Object.keys(Condition ?? {})).toEqual(['ArnNotEquals']);
      expect(JSON.stringify(Condition)).toContain(':role/break-glass');
      expect(JSON.stringify(Condition)).not.toContain('cordon-recorder');
    },
  );

  it.each(['s3:DeleteObject', 's3:BypassGovernanceRetention', 's3:ReplicateDelete'])(
    'refuses %s to everybody, break-glass included',
    (action) => {
      const { Action, Condition } = named('NobodyEnds');
      expect(Action).toContain(action);
      expect(Condition).toBeUndefined();
    },
  );

  it('lets the disposer alone delete versions of objects, and nobody any of a ledger', () => {
    const text = JSON.stringify(named('OnlyDisposerDestroys').Condition);
    expect(text).toContain('role/cordon/cordon-disposer');
    expect(named('NobodyDestroysLedgers').Condition).toBeUndefined();
    expect(JSON.stringify(named('NobodyDestroysLedgers').NotResource)).toContain('/incidents/*/objects/*');
  });

  it('lets retention be set by the recorder alone, and not to less than every case', () => {
    expect(named('RecorderRetainsLonger')).toMatchObject({
      Action: 's3:PutObjectRetention',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': RECORDER },
        NumericLessThan: { 's3:object-lock-remaining-retention-days': String(config.evidence.lockDays) },
      },
    });
  });

  it('moves larger objects to where they can still be read at once, when the deployment archives', () => {
    expect(bucket['LifecycleConfiguration']).toMatchObject({
      Rules: [
        {
          Status: 'Enabled',
          Prefix: 'incidents/',
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: config.evidence.archiveAfterDays }],
        },
      ],
    });
  });

  it('refuses plain transport to everybody', () => {
    expect(named('OnlyEncryptedTransport')).toMatchObject({
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

describe('the custody key', () => {
  const key = only(home, 'AWS::KMS::Key', { KeyUsage: 'SIGN_VERIFY' });
  const signing = statementsOf(key['KeyPolicy']).filter(({ Action }) => [Action].flat().includes('kms:Sign'));

  it('signs for the recorder and denies everybody else', () => {
    expect(key['KeySpec']).toBe('ECC_NIST_P256');
    expect(signing).toMatchObject([
      { Effect: 'Allow', Condition: { ArnEquals: { 'aws:PrincipalArn': RECORDER } } },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': RECORDER } },
      },
    ]);
    home.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/cordon-custody' });
  });

  it('can be granted to nobody', () => {
    expect(JSON.stringify(key['KeyPolicy'])).not.toContain('kms:CreateGrant');
  });
});

describe('the recorder', () => {
  it('has a minute, and a role that may use the two keys of this stack alone', () => {
    home.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'cordon-recorder', Timeout: 60 });
    const role = only(home, 'AWS::IAM::Role', { RoleName: 'cordon-recorder' });
    const keys = JSON.stringify(role).match(/\{"Fn::GetAtt":\["[A-Za-z0-9]*Key[A-Za-z0-9]*","Arn"\]\}/g);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('may be asked by the functions that need it, each by name and only from within the organization', () => {
    const names = deploymentNames(config);
    const recorderId = Object.entries(home.findResources('AWS::Lambda::Function')).find(
      ([, found]) => found['Properties'].FunctionName === 'cordon-recorder',
    )?.[0];
    const permissions = Object.values(home.findResources('AWS::Lambda::Permission'))
      .map((found) => found['Properties'])
      .filter(({ FunctionName }) => FunctionName.Ref === recorderId);
    expect(permissions.map(({ Principal }) => JSON.stringify(Principal)).toSorted()).toEqual(
      [
        ...asksRecorder(names).map((step) => functionRoleArn(names.partition, names.securityAccount, step)),
        operatorRoleArn(names.partition, names.securityAccount),
      ]
        .map((arn) => JSON.stringify(resolve(arn)))
        .toSorted(),
    );
    expect(new Set(permissions.map(({ Action, PrincipalOrgID }) => `${Action} ${PrincipalOrgID}`))).toEqual(
      new Set(['lambda:InvokeFunction o-cordondrill']),
    );
    expect(asksRecorder(names)).toContain('seal');
    expect(asksRecorder(names)).not.toContain('protect');
  });
});

describe('the desk', () => {
  const functions = Object.values(home.findResources('AWS::Lambda::Function')).map(
    (found) => found['Properties'],
  );

  it("has the keeper act in the recorder's role, so that one role alone writes and signs", () => {
    const roleOf = (name: string): unknown =>
      functions.find(({ FunctionName }) => FunctionName === name)?.Role;
    expect(roleOf('cordon-keeper')).toEqual(roleOf('cordon-recorder'));
    expect(roleOf('cordon-evidence-desk')).not.toEqual(roleOf('cordon-recorder'));
  });

  it('has a URL for people whom AWS knows, and no other function has one', () => {
    expect(only(home, 'AWS::Lambda::Url')).toMatchObject({ AuthType: 'AWS_IAM' });
  });

  it('comes with no disposer where nobody is named for it: then nobody can delete evidence, and nothing is archived', () => {
    const app = makeApp({ outdir: join(work, 'no-disposer'), delivery: 'account' });
    const { archiveAfterDays: _never, ...rest } = config.evidence;
    const stack = new EvidenceHomeStack(app, 'CordonEvidenceHome', {
      config: { ...config, evidence: { ...rest, disposers: [] } },
      codeRoot,
    });
    app.synth();
    const text = JSON.stringify(Template.fromStack(stack).toJSON());
    expect(text).not.toMatch(
      /cordon-disposer|cordon-evidence-disposer|ModifySnapshotTier|GLACIER|ec2:DeleteSnapshot/,
    );
    expect(text).toContain('NobodyDestroys');
  });

  it('is made only where somebody is named, and so is the role of staff', () => {
    const app = makeApp({ outdir: join(work, 'nobody'), delivery: 'account' });
    const evidence = { ...config.evidence, readers: [], keepers: [], disposers: [] };
    const stack = new EvidenceHomeStack(app, 'CordonEvidenceHome', {
      config: { ...config, evidence },
      codeRoot,
    });
    app.synth();
    const template = Template.fromStack(stack);
    const names = Object.values(template.findResources('AWS::Lambda::Function')).map(
      (found) => found['Properties'].FunctionName,
    );
    // Locks are made longer, and reads told, where nobody may come to evidence, too.
    expect(new Set(names)).toEqual(
      new Set([
        'cordon-archivist',
        'cordon-keeper',
        'cordon-read-watch',
        'cordon-recorder',
        'cordon-session-watch',
      ]),
    );
    expect(JSON.stringify(template.toJSON())).not.toContain('"cordon-evidence-reader"');
  });
});

describe.each([
  [
    'Cordon: evidence copies',
    'alias/cordon-evidence',
    ['CustodianUse', 'CustodianGrant', 'ExaminerUse', 'ExaminerGrant', 'HasherReads'],
  ],
  [
    'Cordon: copies on their way out of a member account',
    'alias/cordon-transit',
    ['MembersUse', 'MembersGrant', 'CustodianUse', 'CustodianGrant', 'HasherReads', 'SourceReadersRead'],
  ],
])('the key %s', (description, alias, sids) => {
  const use = statementsOf(only(region, 'AWS::KMS::Key', { Description: description })['KeyPolicy']).slice(2);

  it('is used through EC2 only, by named roles of the organization, with grants to AWS alone', () => {
    region.hasResourceProperties('AWS::KMS::Alias', { AliasName: alias });
    expect(use.map(({ Sid }) => Sid)).toEqual(sids);
    for (const { Sid, Condition } of use) {
      expect(Condition).toMatchObject({
        StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
        StringEquals: { 'aws:PrincipalOrgID': 'o-cordondrill' },
      });
      expect(JSON.stringify(Condition?.['ArnLike'])).toMatch(
        /role\/cordon\/cordon-(custodian|examiner|acquire|hasher|read-source)/,
      );
      expect(Condition?.['Bool']).toEqual(
        Sid.endsWith('Grant') ? { 'kms:GrantIsForAWSResource': 'true' } : undefined,
      );
    }
  });
});

describe('the vault of another Region', () => {
  const made = (type: string) =>
    Object.values(region.findResources(type)).filter(({ Condition }) => Condition === 'NotHome');

  it('is not made in the home Region, which has its own', () => {
    expect(region.toJSON()['Conditions']).toEqual({
      NotHome: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, config.homeRegion] }] },
    });
    expect(
      ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::KMS::Alias'].map(
        (type) => made(type).length,
      ),
    ).toEqual([1, 1, 1, 1]);
  });

  it('is locked, archived and guarded as that one is, but for block manifests, which never come here', () => {
    const [bucket] = made('AWS::S3::Bucket');
    const homeBucket = only(home, 'AWS::S3::Bucket', VAULT);
    for (const name of [
      'ObjectLockConfiguration',
      'LifecycleConfiguration',
      'PublicAccessBlockConfiguration',
    ])
      expect(bucket?.['Properties'][name]).toEqual(homeBucket[name]);
    const sids = (policy: unknown): readonly string[] => statementsOf(policy).map(({ Sid }) => Sid);
    const [policy] = made('AWS::S3::BucketPolicy');
    const homePolicy = only(home, 'AWS::S3::BucketPolicy', { Bucket: { Ref: idOfVault } });
    expect(sids(policy?.['Properties']['PolicyDocument'])).toEqual(
      sids(homePolicy['PolicyDocument']).filter((sid) => sid !== 'OnlyHasherWritesBlocks'),
    );
  });
});

describe('the stacks', () => {
  it('name the home Region in the keys of no Region: there they serve all alike', () => {
    expect(JSON.stringify(region.findResources('AWS::KMS::Key'))).not.toContain(config.homeRegion);
  });

  it('name no Region but the home Region, so that one template serves all', () => {
    // The trail, of which there is one, names the vault of each Region.
    const trail = JSON.stringify(Object.values(home.findResources('AWS::CloudTrail::Trail'))[0]);
    const text = JSON.stringify([home.toJSON(), region.toJSON()])
      .replaceAll(JSON.stringify(JSON.stringify(config)).slice(1, -1), '')
      .replace(trail, '');
    for (const other of config.regions.filter((name) => name !== config.homeRegion))
      expect(text).not.toContain(other);
  });

  it('need no bootstrap parameter', () => {
    expect([home, region].map((template) => template.toJSON()['Parameters'])).toEqual([undefined, undefined]);
  });
});

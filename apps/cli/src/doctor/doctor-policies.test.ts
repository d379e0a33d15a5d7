import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCordon, type Ran } from '../testing/run-cordon.ts';

let folder = '';
let scp = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-doctor-'));
  scp = join(folder, 'scp.json');
  const statement = { Sid: 'NoShare', Effect: 'Deny', Action: 'ec2:ModifySnapshotAttribute', Resource: '*' };
  await writeFile(scp, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
});
afterAll(() => rm(folder, { recursive: true }));

const doctor = (...args: readonly string[]): Promise<Ran> => runCordon(['doctor', 'policies', ...args]);

describe('cordon doctor policies, before anything runs', () => {
  it.each<[readonly string[], string]>([
    [['--scp', '/nowhere/scp.json'], 'cannot read /nowhere/scp.json: there is no such file'],
    [['--scp', '-', '--rcp', 'member=-'], 'two policies are -'],
    [['--scp', 'FILE', '--account', '123'], '--account is "123", wanted 12 digits'],
    [['--scp', 'FILE', '--account', '602011150003'], 'is the evidence account of cordon.config.ts'],
    [['--scp', 'FILE', '--region', 'us-north-9'], '--region is "us-north-9", wanted one of eu-west-1'],
    [['--key-policy', 'FILE'], '--key-policy was given without --account'],
    [['--key-policy', 'FILE', '--account', '123412341234'], 'no statement names a principal'],
  ])('refuses %j with one line', async (args, line) => {
    const { exit, stdout, stderr } = await doctor(...args.map((arg) => (arg === 'FILE' ? scp : arg)));
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses a document that is no policy, names the file, and gives the refusal as JSON where asked', async () => {
    const path = join(folder, 'wrong.json');
    await writeFile(
      path,
      '{"Version":"2012-10-17","Statement":[{"Effect":"Refuse","Action":"*","Resource":"*"}]}',
    );
    const { exit, stdout, stderr } = await doctor('--json', '--scp', scp, `member=${path}`);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'bad-policy' } });
    expect(stderr).toContain(`SCP ${path}: `);
    expect(stderr).toContain('Refuse');
  });
});

describe('cordon doctor policies', () => {
  it('prints one document of what would be denied where the member is, its progress apart', async () => {
    const place = ['--account', '123412341234', '--region', 'us-west-2'];
    const { exit, stdout, stderr } = await doctor('--json', '--scp', `member=${scp}`, ...place);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      place: { account: '123412341234', region: 'us-west-2' },
      denials: [
        {
          step: 'hand-over',
          resource: 'arn:aws:ec2:us-west-2::snapshot/*',
          who: 'arn:aws:iam::123412341234:role/cordon/cordon-acquire',
          policy: `SCP ${scp}`,
          sid: 'NoShare',
        },
      ],
    });
    expect(stderr).toContain('running the response in the local organization');
    expect(stderr).toContain('incident sealed');
  });

  it('says that nothing would be denied, and ends well', async () => {
    const { exit, stdout } = await doctor('--scp', `security=${scp}`);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^CORDON DOCTOR {2}policies\n {2}nothing would be denied\n/);
  });
});

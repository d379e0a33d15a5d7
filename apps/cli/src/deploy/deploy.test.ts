import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Stage } from '@cordon/incident/deployment';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config } from '../../../../cordon.config.ts';
import { EXIT } from '../exit-codes.ts';
import { deploy, type DeployArguments } from './deploy.ts';
import type { Deployer } from './deployer.ts';
import { destroy } from './destroy.ts';

const root = resolve(import.meta.dirname, '../../../..');
const NOW = '2026-11-22T03:00:00.000Z';
const held = {
  incident: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: 'eu-central-1',
  instance: 'i-1',
  status: 'contained',
};

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-deploy-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** An AWS in which every stage succeeds but those named, and whose caller is of the right account unless said otherwise. */
const bench = (fails: Readonly<Record<string, string>> = {}, account?: string) => {
  const did: string[] = [];
  const failing = new Map(Object.entries(fails));
  let out = '';
  let err = '';
  const act = (verb: string) => (stage: Stage) => {
    did.push(`${verb} ${stage.id}`);
    const log = failing.get(stage.id);
    return Promise.resolve({ ok: log === undefined, log: log ?? '' });
  };
  const deployer: Deployer = {
    whoAmI: (stage) => {
      const id = account ?? stage.account.id;
      return Promise.resolve({ account: id, arn: `arn:aws:iam::${id}:role/someone` });
    },
    deploy: act('deploy'),
    remove: act('remove'),
  };
  const state = join(directory, 'state.json');
  const given: DeployArguments = { profile: {}, parameter: {}, state, yes: true };
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const runtime = { deployer, now: () => NOW, root };
  return {
    did,
    mend: () => failing.clear(),
    said: () => ({ out, err }),
    state: (): unknown => JSON.parse(readFileSync(state, 'utf8')),
    path: state,
    deploy: (more: Partial<DeployArguments> = {}) => deploy({ ...given, ...more }, output, runtime),
    destroy: (more: object = {}, incidents: readonly (typeof held)[] = []) =>
      destroy({ ...given, ...more }, output, { ...runtime, incidents: () => Promise.resolve(incidents) }),
  };
};

describe('cordon deploy', () => {
  it('shows each stage with account, Region and cost, and changes nothing without --yes', async () => {
    const on = bench();
    const { yes: _, ...plan } = { yes: true, plan: true as const };
    expect(
      await deploy(
        { profile: {}, parameter: {}, state: on.path, ...plan },
        { out: () => {}, err: () => {} },
        {
          deployer: { whoAmI: never, deploy: never, remove: never },
          now: () => NOW,
          root,
        },
      ),
    ).toBe(EXIT.ok);
    expect(await on.deploy({ plan: true })).toBe(EXIT.ok);
    expect(on.said().out).toMatch(/create\s+CordonEvidenceRegion\s+evidence 602011150003\s+us-west-2\s+\$\d/);
    expect(on.did).toEqual([]);
    expect(existsSync(on.path)).toBe(false);
  });

  it('does every stage in order, and nothing a second time', async () => {
    const on = bench();
    expect(await on.deploy()).toBe(EXIT.ok);
    expect(on.did[0]).toBe('deploy CordonSecurityHome@eu-west-1');
    expect(on.did.at(-1)).toBe('deploy CordonGuardrails@eu-west-1');
    expect(on.did).toHaveLength(5 + 3 * config.regions.length);
    on.did.length = 0;
    expect(await on.deploy()).toBe(EXIT.ok);
    expect(on.did).toEqual([]);
  });

  it('stops where a stage fails, says what to do, wants --resume, and goes on there', async () => {
    const on = bench({ 'CordonForensicsHome@eu-west-1': 'Has the environment been bootstrapped?' });
    expect(await on.deploy()).toBe(EXIT.incomplete);
    expect(on.said().err).toContain('bootstrap account 602011150004 in eu-west-1');
    expect(on.state()).toMatchObject({ underway: { stage: 'CordonForensicsHome@eu-west-1' } });
    await expect(on.deploy()).rejects.toThrow('did not see it end');
    on.mend();
    on.did.length = 0;
    expect(await on.deploy({ resume: true })).toBe(EXIT.ok);
    expect(on.did[0]).toBe('deploy CordonForensicsHome@eu-west-1');
    expect(on.state()).not.toHaveProperty('underway');
  });

  it.each([
    ["Resource of type 'AWS::Logs::LogGroup' already exists.", '--resume --import-retained'],
    ['resource sg-1 has a dependent object', 'such as a forensic machine that runs'],
    ['The bucket you tried to delete is not empty.', 'a bucket of CordonSecurityHome still holds something'],
  ])('says what to do where the tool says: %s', async (log, hint) => {
    const on = bench({ 'CordonSecurityHome@eu-west-1': log });
    expect(await on.deploy()).toBe(EXIT.incomplete);
    expect(on.said().err).toContain(hint);
  });

  it('tells a refusal by guardrails from another failure', async () => {
    const on = bench({ 'CordonSecurityHome@eu-west-1': 'with an explicit deny in a service control policy' });
    expect(await on.deploy()).toBe(EXIT.incomplete);
    expect(on.said().err).toContain('only break-glass of account 602011150002 deploys');
  });

  it('refuses credentials of another account before it begins a stage', async () => {
    const on = bench({}, '602011150004');
    expect(await on.deploy()).toBe(EXIT.incomplete);
    expect(on.did).toEqual([]);
    expect(existsSync(on.path)).toBe(false);
    expect(on.said().err).toContain('give --profile security=NAME, a profile of account 602011150002');
  });

  it('refuses a state file that is not its own', async () => {
    const on = bench();
    writeFileSync(on.path, '{"schemaVersion":2}');
    await expect(on.deploy()).rejects.toThrow('is not a state of cordon deploy');
  });

  it('does a stage again whose parameters changed', async () => {
    const on = bench();
    await on.deploy();
    on.did.length = 0;
    await on.deploy({ parameter: { 'CordonRollout:AtOncePercent': '10' } });
    expect(on.did).toEqual(['deploy CordonRollout@eu-west-1']);
  });
});

describe('cordon destroy', () => {
  it('does not say that it removed nothing where it cannot know what stands', async () => {
    const on = bench();
    await expect(on.destroy()).rejects.toThrow('nothing is known of what stands');
    expect(await on.destroy({ plan: true })).toBe(EXIT.ok);
  });

  it('removes guardrails first and nothing of the evidence account', async () => {
    const on = bench();
    await on.deploy();
    on.did.length = 0;
    expect(await on.destroy()).toBe(EXIT.ok);
    expect(on.did[0]).toBe('remove CordonGuardrails@eu-west-1');
    expect(on.did.at(-1)).toBe('remove CordonSecurityHome@eu-west-1');
    expect(on.did.filter((one) => one.includes('Evidence'))).toEqual([]);
    expect(Object.keys((on.state() as { done: object }).done)).toContain('CordonEvidenceHome@eu-west-1');
  });

  it('says what stays and why, and changes nothing without --yes', async () => {
    const on = bench();
    await on.deploy();
    on.did.length = 0;
    expect(await on.destroy({ plan: true })).toBe(EXIT.ok);
    expect(on.said().out).toMatch(/keep\s+CordonEvidenceHome.*cannot be deleted at all/);
    expect(on.did).toEqual([]);
  });

  it('is refused while an incident holds an instance, which it names', async () => {
    const on = bench();
    await on.deploy();
    on.did.length = 0;
    await expect(on.destroy({}, [held])).rejects.toThrow('inc-0123456789abcdef0123 (contained, i-1');
    expect(on.did).toEqual([]);
  });

  it('stops where a stack is not removed, and goes on with --resume', async () => {
    const on = bench();
    await on.deploy();
    const broken = bench({ 'CordonRollout@eu-west-1': 'DELETE_FAILED' });
    expect(await broken.destroy()).toBe(EXIT.incomplete);
    await expect(broken.destroy()).rejects.toThrow('did not see it end');
    broken.mend();
    expect(await broken.destroy({ resume: true })).toBe(EXIT.ok);
    expect(broken.did.at(-1)).toBe('remove CordonSecurityHome@eu-west-1');
  });
});

const never = (): never => {
  throw new Error('a plan asks AWS nothing');
};

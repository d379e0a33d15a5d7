import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { iamState } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverage, type CoverageArguments } from '../../apps/cli/src/coverage/coverage-command.ts';
import { coverageStage, type CoverageStage } from './coverage-stage.ts';

const NOW = '2026-11-21T03:30:00.000Z';
const OPEN = '602011170000';
const work = mkdtempSync(join(tmpdir(), 'cordon-coverage-command-'));
afterAll(() => rmSync(work, { recursive: true }));

describe('cordon coverage', () => {
  let stage: CoverageStage;
  let configFile: string;
  beforeAll(async () => {
    stage = await coverageStage();
    stage.organization.world.of(iamState, OPEN, '').roles.delete('cordon-contain');
    const account = stage.organization.world.accounts.get(OPEN);
    if (account !== undefined)
      stage.organization.world.accounts.set(OPEN, { ...account, name: 'evil\u001B[2J<b>' });
    await stage.cover();
    configFile = join(work, 'config.mjs');
    writeFileSync(configFile, `export const config = ${JSON.stringify(stage.config)};\n`);
  });
  afterAll(() => stage.organization.close());

  const ran = async (given: CoverageArguments, as: string = stage.config.accounts.security) => {
    const { organization } = stage;
    const printed = { out: '', err: '' };
    const settings = (region: string) => ({
      region,
      credentials: organization.credentialsFor(as, 'administrator'),
      requestHandler: organization.requestHandler,
      maxAttempts: 1,
    });
    const exit = await organization.during(() =>
      coverage(
        { config: configFile, ...given },
        { out: (text) => void (printed.out += text), err: (text) => void (printed.err += text) },
        {
          now: NOW,
          clients: {
            dynamodb: (region) => new DynamoDBClient(settings(region)),
            organizations: () => new OrganizationsClient(settings('us-east-1')),
          },
        },
      ),
    );
    return { exit, ...printed };
  };

  it('shows who is whole in a line, and of others each Region with the reason', async () => {
    const { exit, out } = await ran({});
    expect(exit).toBe(1);
    expect(out).toMatch(/^602011170001 .* protected in 2 Region\(s\)$/m);
    expect(out).toMatch(
      /^602011170000 .*eu-central-1 +NOT +role-contain: assuming cordon-contain: AWS answered AccessDenied$/m,
    );
    expect(out).toContain('8 place(s) of 4 account(s): 6 protected, 0 partly, 2 not');
    expect(out).toMatch(/^602011150001 {2}not tried: the management account/m);
  });

  it('keeps the name of an account from the terminal', async () => {
    const { out } = await ran({ account: OPEN });
    expect(out).toContain('evil');
    expect(out).not.toContain('\u001B');
  });

  it('shows only what is open, and one account', async () => {
    expect((await ran({ notProtected: true })).out).not.toContain('602011170001');
    const { exit, out } = await ran({ account: '602011170001' });
    expect(exit).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(3);
  });

  it('is one document for machines', async () => {
    const { out } = await ran({ json: true, notProtected: true });
    const document: unknown = JSON.parse(out);
    expect(document).toMatchObject({ schemaVersion: 1, readAt: NOW, gaps: [] });
    expect(document).toHaveProperty('rows.length', 2);
  });

  it('writes the map into a new file, and never over one', async () => {
    const html = join(work, 'map.html');
    const { err } = await ran({ html });
    expect(err).toBe(`wrote ${html}\n`);
    const page = readFileSync(html, 'utf8');
    expect(page.match(/<li tabindex="0"/g)).toHaveLength(stage.organization.world.accounts.size);
    expect(page).not.toContain('<b>');
    await expect(ran({ html })).rejects.toThrow('EEXIST');
  });

  it('says what to do where the table is not read, and of whom it was not asked', async () => {
    await expect(ran({}, '602011170001')).rejects.toThrow(
      /the table cordon-coverage was not read: ResourceNotFoundException/,
    );
    await expect(ran({ account: '111111111111' })).rejects.toThrow('has no account');
  });
});

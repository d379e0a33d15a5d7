import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { USUAL_PACE } from '@cordon/incident/hashing';
import { config } from '../../../cordon.config.ts';
import { synthesizeMember } from './synthesize-member.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-source-'));
afterAll(() => rmSync(work, { recursive: true }));

const TEMPLATE = 'CordonSourceReading.template.json';
const made = (name: string, fromMember: boolean): string => {
  const evidence = { ...config.evidence, blockHashes: { upToGiB: 200, fromMember, ...USUAL_PACE } };
  synthesizeMember({ ...config, evidence }, join(work, name));
  return join(work, name, TEMPLATE);
};

describe('the template of reading sources', () => {
  it('is one role, which the block hasher of the evidence account alone takes', () => {
    const template = Template.fromJSON(JSON.parse(readFileSync(made('with', true), 'utf8')));
    expect(Object.keys(template.toJSON()['Resources'])).toHaveLength(1);
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'cordon-read-source', Path: '/cordon/' });
    const trust = JSON.stringify(template.findResources('AWS::IAM::Role'));
    expect(trust).toContain(`:iam::${config.accounts.evidence}:role/cordon/cordon-block-hasher`);
    expect(trust).not.toContain(config.accounts.security);
  });

  it('is not made where the deployment does not say so', () => {
    expect(existsSync(made('without', false))).toBe(false);
  });
});

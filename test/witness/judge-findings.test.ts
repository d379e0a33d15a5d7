import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeFindings } from './judge-findings.ts';
import { readFindings, templatesIn } from './read-findings.ts';

const finding = (rule: string, where = 'Stack/Bucket') => ({ rule, where, description: 'it is open' });

describe('judgeFindings', () => {
  it('finds what nobody gave a reason for, and reasons that are for nothing', () => {
    const judged = judgeFindings(
      [finding('IAM5[Resource::*]'), finding('S1'), finding('S1', 'Stack/Logs')],
      [
        { rule: 'IAM5', because: 'x' },
        { rule: 'S1', where: /Logs$/, because: 'x' },
        { rule: 'S10', because: 'x' },
      ],
    );
    expect(judged.open).toEqual([finding('S1')]);
    expect(judged.stale.map(({ rule }) => rule)).toEqual(['S10']);
    expect([...judged.counts]).toEqual([
      ['IAM5', 1],
      ['S1', 2],
    ]);
  });
});

describe('readFindings', () => {
  it('finds what the packs find in a template, whoever wrote it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cordon-witness-test-'));
    const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } } };
    writeFileSync(join(directory, 'Open.template.json'), JSON.stringify(template));
    const found = readFindings(templatesIn([directory]));
    rmSync(directory, { recursive: true });
    expect(found.map(({ rule, where }) => [rule, where])).toContainEqual([
      'NIST.800.53.R5-SNSEncryptedKMS',
      'Open/Topic',
    ]);
    expect(found.some(({ rule }) => rule.startsWith('AwsSolutions-'))).toBe(true);
  });
});

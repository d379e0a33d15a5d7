import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { LIVE_DOCUMENT_NAMES, liveDocuments, MEMORY_DOCUMENT_NAMES, memoryDocuments } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { synthesizeMember } from './synthesize-member.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-capture-'));
afterAll(() => rmSync(work, { recursive: true }));

const TEMPLATE = 'CordonMemoryCapture.template.json';
/** With a tool for each platform, and all else that a deployment may choose. */
const memory = {
  minutes: 15,
  linux: { name: 'avml', version: '0.20.0', sha256: 'a'.repeat(64) },
  windows: { name: 'winpmem', version: '4.1', sha256: 'b'.repeat(64) },
  lime: Array.from({ length: 8 }, (_, index) => ({
    kernel: `6.1.${index}-199.222.amzn2023.aarch64`,
    machine: 'aarch64' as const,
    version: '1.10.0',
    sha256: 'c'.repeat(64),
  })),
  landing: { when: 'fallback' as const, upToGiB: 16 },
  liveResponse: true,
} as const;
const MEMORY_DOCUMENTS = memoryDocuments({ ...memory, lime: [...memory.lime] });
const LIVE_DOCUMENTS = liveDocuments({ ...memory, lime: [...memory.lime] });
synthesizeMember(
  { ...config, evidence: { ...config.evidence, memory: { ...memory, lime: [...memory.lime] } } },
  join(work, 'with'),
);
const text = readFileSync(join(work, 'with', TEMPLATE), 'utf8');
const template = Template.fromJSON(JSON.parse(text));
const documents = Object.values(template.findResources('AWS::SSM::Document'));

describe('the template of memory capture', () => {
  it('is small enough to be given to a StackSet as text', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
  });

  it('has the duty in the home Region alone, and the documents in each', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    expect(roles.map(({ Condition }) => Condition)).toEqual(['IsHomeRegion']);
    expect(documents.map((one) => Object.keys(one).includes('Condition'))).toEqual(
      Array.from({ length: 6 }, () => false),
    );
    expect(Object.keys(template.toJSON()['Resources'])).toHaveLength(7);
  });

  it('deploys exactly the documents that a run is compared with', () => {
    expect(documents.map(({ Properties }) => [Properties['Name'], Properties['Content']])).toEqual([
      [MEMORY_DOCUMENT_NAMES.Linux, MEMORY_DOCUMENTS.Linux],
      [MEMORY_DOCUMENT_NAMES.Windows, MEMORY_DOCUMENTS.Windows],
      [MEMORY_DOCUMENT_NAMES.LinuxLanding, MEMORY_DOCUMENTS.LinuxLanding],
      [MEMORY_DOCUMENT_NAMES.WindowsLanding, MEMORY_DOCUMENTS.WindowsLanding],
      [LIVE_DOCUMENT_NAMES.Linux, LIVE_DOCUMENTS.Linux],
      [LIVE_DOCUMENT_NAMES.Windows, LIVE_DOCUMENTS.Windows],
    ]);
  });

  it('pins the tool in the document, so that who sends it cannot choose what it runs', () => {
    expect(JSON.stringify(MEMORY_DOCUMENTS.Linux)).toContain(`want='${'a'.repeat(64)}'`);
    expect(JSON.stringify(MEMORY_DOCUMENTS.Windows)).toContain(`want = '${'b'.repeat(64)}'`);
    expect(Object.keys(MEMORY_DOCUMENTS.Linux?.parameters ?? {})).toEqual([
      'Volume',
      'ToolUrl',
      'Seconds',
      'Modules',
    ]);
    expect(JSON.stringify(MEMORY_DOCUMENTS.LinuxLanding)).toContain(`want='${'a'.repeat(64)}'`);
    expect(JSON.stringify(MEMORY_DOCUMENTS.LinuxLanding)).toContain(`aarch64') lime='${'c'.repeat(64)}'`);
    expect(JSON.stringify(MEMORY_DOCUMENTS.WindowsLanding)).toContain(`want = '${'b'.repeat(64)}'`);
    expect(JSON.stringify(MEMORY_DOCUMENTS.Linux)).toContain(`aarch64') lime='${'c'.repeat(64)}'`);
    expect(memoryDocuments(undefined)).toEqual({});
  });

  it('is not made where no memory is captured', () => {
    const { memory: _none, ...evidence } = config.evidence;
    synthesizeMember({ ...config, evidence }, join(work, 'without'));
    expect(existsSync(join(work, 'without', TEMPLATE))).toBe(false);
  });
});

type Patterns = Readonly<Record<string, { readonly allowedPattern: string }>>;
const PATTERNS: Patterns = {
  ...MEMORY_DOCUMENTS.Linux?.parameters,
  ...MEMORY_DOCUMENTS.LinuxLanding?.parameters,
};
/** Whether SSM would take a value: a pattern holds for the whole of it by its own anchors. */
const takes = (name: string, value: string): boolean =>
  new RegExp(PATTERNS[name]?.allowedPattern ?? '(?!)').test(value);
const LINK = 'https://x.s3.eu-west-1.amazonaws.com/a?X-Amz-Signature=0';

describe('what a document takes', () => {
  it.each([
    ['Volume', 'vol0123456789abcdef0'],
    [
      'ToolUrl',
      'https://cordon-tools-1.s3.eu-west-1.amazonaws.com/ab?X-Amz-Credential=A%2Fb&X-Amz-Signature=0a',
    ],
    ['ToolUrl', 'none'],
    ['Seconds', '900'],
    ['Modules', 'none'],
    ['Modules', `${'a'.repeat(64)}=${LINK}`],
    ['Modules', `${'a'.repeat(64)}=${LINK} ${'b'.repeat(64)}=${LINK}`],
    ['Links', LINK],
    ['LinksSha256', 'a'.repeat(64)],
    ['PartBytes', '134217728'],
  ] as const)('is a %s', (name, value) => {
    expect(takes(name, value)).toBe(true);
  });

  it.each([
    ['Volume', "vol0123456789abcdef0'; reboot; '"],
    ['Volume', 'vol0123456789abcdef0\nreboot'],
    ['ToolUrl', "https://x/a'; reboot; '"],
    ['ToolUrl', 'https://x/$(reboot)'],
    ['ToolUrl', 'https://x/a`reboot`'],
    ['ToolUrl', 'https://x/a b'],
    ['ToolUrl', 'file:///etc/shadow'],
    ['Seconds', '1; reboot'],
    ['Modules', `${'a'.repeat(64)}=${LINK}'; reboot; '`],
    ['Modules', `${'a'.repeat(64)}=${LINK} $(reboot)`],
    ['Modules', `${'a'.repeat(64)}=${LINK}\nreboot`],
    ['Links', 'none'],
    ['LinksSha256', 'x'],
    ['PartBytes', '1'],
  ] as const)('is no %s of %s', (name, value) => {
    expect(takes(name, value)).toBe(false);
  });
});

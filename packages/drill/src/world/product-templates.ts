import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CordonConfig } from '@cordon/incident';
import { DECOY } from '@cordon/incident/live-drill';
import * as z from 'zod';
import { BadInput } from '../raw/bad-input.ts';

/** The repository's root: this file lies in packages/drill/src/world. */
const ROOT = resolve(import.meta.dirname, '../../../..');

/** Where one kind of template is deployed. */
export type Placement = 'home' | 'every-region';

/** One synthesized template of the product. */
export interface ProductTemplate {
  readonly stackName: string;
  readonly account: 'management' | 'security' | 'evidence' | 'forensics' | 'member';
  readonly placement: Placement;
  readonly template: unknown;
  /** Directory of a function's code, by the key that the template names. */
  readonly assetDirectory: (key: string) => string;
}

const STACKS = [
  // The security account first: the others' policies name its roles, and a Lambda permission refuses a role that is not there.
  { app: 'apps/security-account', stackName: 'CordonSecurityHome', account: 'security', placement: 'home' },
  {
    app: 'apps/security-account',
    stackName: 'CordonSecurityRegion',
    account: 'security',
    placement: 'every-region',
  },
  { app: 'apps/evidence-account', stackName: 'CordonEvidenceHome', account: 'evidence', placement: 'home' },
  {
    app: 'apps/evidence-account',
    stackName: 'CordonEvidenceRegion',
    account: 'evidence',
    placement: 'every-region',
  },
  {
    app: 'apps/forensics-account',
    stackName: 'CordonForensicsHome',
    account: 'forensics',
    placement: 'home',
  },
  {
    app: 'apps/forensics-account',
    stackName: 'CordonForensicsRegion',
    account: 'forensics',
    placement: 'every-region',
  },
  {
    app: 'stacksets/member-account',
    stackName: 'CordonMemberAccount',
    account: 'member',
    placement: 'every-region',
  },
  {
    app: 'stacksets/member-account',
    stackName: 'CordonMemoryCapture',
    account: 'member',
    placement: 'every-region',
    // Of deployments that capture memory alone.
    optional: true,
  },
  {
    app: 'stacksets/member-account',
    stackName: 'CordonSourceReading',
    account: 'member',
    placement: 'home',
    // Of deployments that read sources in members alone.
    optional: true,
  },
  { app: 'stacksets/guardrails', stackName: 'CordonGuardrails', account: 'management', placement: 'home' },
] as const;

/** Reads the synthesized templates; throws BadInput with the command that makes them where one is missing. */
export const productTemplates = (): readonly ProductTemplate[] =>
  STACKS.flatMap(({ app, stackName, account, placement, ...how }) => {
    const directory = join(ROOT, app, 'cdk.out');
    const path = join(directory, `${stackName}.template.json`);
    if ('optional' in how && existsSync(directory) && !existsSync(path)) return [];
    if (!existsSync(path)) throw new BadInput('not-built', `${path} is missing`, 'run `pnpm build` first');
    return [
      {
        stackName,
        account,
        placement,
        template: JSON.parse(readFileSync(path, 'utf8')) as unknown,
        assetDirectory: (key) => join(directory, `asset.${key.replace(/\.zip$/, '')}`),
      },
    ];
  });

const templateOf = (app: string, stack: string): unknown => {
  const path = join(ROOT, app, `cdk.out/${stack}.template.json`);
  if (!existsSync(path)) throw new BadInput('not-built', `${path} is missing`, 'run `pnpm build` first');
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
};

/** The stack of StackSets, which holds the members' templates as text. @throws BadInput where it was not built */
export const rolloutTemplate = (): unknown => templateOf('stacksets/rollout', 'CordonRollout');

/** The stack of a live drill's decoy. @throws BadInput where it was not built */
export const decoyTemplate = (): unknown => templateOf(DECOY.app, DECOY.stack);

const functionShape = z.looseObject({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.looseObject({
    Environment: z.looseObject({ Variables: z.looseObject({ CORDON_CONFIG: z.string() }) }),
  }),
});

/**
 * A template as a deployment with another policy would have it: the policy goes into no resource but the functions' environment.
 */
export const withPolicy = (template: unknown, policy: CordonConfig['policy'] | undefined): unknown => {
  if (policy === undefined) return template;
  const { Resources, ...rest } = z
    .looseObject({ Resources: z.record(z.string(), z.unknown()) })
    .parse(template);
  const changed = Object.entries(Resources).map(([id, resource]) => {
    const read = functionShape.safeParse(resource);
    if (!read.success) return [id, resource] as const;
    const { Properties } = read.data;
    const { Environment } = Properties;
    const config: unknown = JSON.parse(Environment.Variables.CORDON_CONFIG);
    const CORDON_CONFIG = JSON.stringify({ ...Object(config), policy });
    const Variables = { ...Environment.Variables, CORDON_CONFIG };
    return [
      id,
      { ...read.data, Properties: { ...Properties, Environment: { ...Environment, Variables } } },
    ] as const;
  });
  return { ...rest, Resources: Object.fromEntries(changed) };
};

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { defineConfig, type CordonConfig } from '@cordon/incident';
import { EvidenceRegionStack } from '../../apps/evidence-account/src/evidence-region-stack.ts';
import { SecurityHomeStack } from '../../apps/security-account/src/security-home-stack.ts';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { synthesizeMember } from '../../stacksets/member-account/src/synthesize-member.ts';

/** Bundles of the built handlers: `pnpm build` makes them. */
const distOf = (app: string): string => join(import.meta.dirname, '../../apps', app, 'dist');

/**
 * The drill's deployment, where accounts are tried.
 *
 * @param more what else it chooses. The drill's own accounts have no member template: the policy leaves them out.
 */
export const coveringConfig = (more: Partial<CordonConfig> = {}): CordonConfig => {
  const config = { ...deployed, ...more };
  return defineConfig({
    ...config,
    coverage: { withinMinutes: 60 },
    policy: { ...config.policy, neverContainAccounts: [deployed.accounts.security] },
  });
};

/** The templates that differ from the built ones, synthesized from that configuration. */
export const coveringTemplates = (config: CordonConfig): Readonly<Record<string, unknown>> => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-covering-'));
  try {
    const app = makeApp({ outdir, delivery: 'account' });
    new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: distOf('security-account') });
    new EvidenceRegionStack(app, 'CordonEvidenceRegion', { config, codeRoot: distOf('evidence-account') });
    const assembly = app.synth();
    const templates = ['CordonSecurityHome', 'CordonEvidenceRegion'].map(
      (name) => [name, assembly.getStackByName(name).template] as const,
    );
    return {
      ...Object.fromEntries(templates),
      CordonMemberAccount: synthesizeMember(config, join(outdir, 'member')),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.looseObject({ ScheduleExpression: z.string().optional() }).optional(),
    }),
  ),
});

/** A template with its schedules disabled, as an administrator could: what a test calls by hand must not be called beside it. */
export const withoutSchedules = (given: unknown): unknown => {
  const { Resources, ...rest } = template.parse(given);
  const changed = Object.entries(Resources).map(([id, resource]) =>
    resource.Properties?.ScheduleExpression === undefined
      ? [id, resource]
      : [id, { ...resource, Properties: { ...resource.Properties, State: 'DISABLED' } }],
  );
  return { ...rest, Resources: Object.fromEntries(changed) };
};

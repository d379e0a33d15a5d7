import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import type { CordonConfig } from '@cordon/incident';
import { EvidenceHomeStack } from '../../apps/evidence-account/src/evidence-home-stack.ts';
import { EvidenceRegionStack } from '../../apps/evidence-account/src/evidence-region-stack.ts';
import { ForensicsHomeStack } from '../../apps/forensics-account/src/forensics-home-stack.ts';
import { ForensicsRegionStack } from '../../apps/forensics-account/src/forensics-region-stack.ts';
import { SecurityHomeStack } from '../../apps/security-account/src/security-home-stack.ts';
import { SecurityRegionStack } from '../../apps/security-account/src/security-region-stack.ts';
import { GuardrailsStack } from '../../stacksets/guardrails/src/guardrails-stack.ts';
import { synthesizeMember } from '../../stacksets/member-account/src/synthesize-member.ts';
import { memberTemplates } from '../../stacksets/rollout/src/member-templates.ts';
import { RolloutStack } from '../../stacksets/rollout/src/rollout-stack.ts';
import { StaffStack } from '../../stacksets/staff/src/staff-stack.ts';
import { StaffUsersStack } from '../../stacksets/staff/src/staff-users-stack.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Bundles of the built handlers: `pnpm build` makes them. */
const code = (account: string): string => join(ROOT, `apps/${account}/dist`);

type App = ReturnType<typeof makeApp>;

const APPS: Readonly<Record<string, (app: App, config: CordonConfig, work: string) => void>> = {
  security: (app, config) => {
    new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: code('security-account') });
    new SecurityRegionStack(app, 'CordonSecurityRegion', config);
  },
  evidence: (app, config) => {
    const codeRoot = code('evidence-account');
    new EvidenceHomeStack(app, 'CordonEvidenceHome', { config, codeRoot });
    new EvidenceRegionStack(app, 'CordonEvidenceRegion', { config, codeRoot });
  },
  forensics: (app, config) => {
    new ForensicsHomeStack(app, 'CordonForensicsHome', config);
    new ForensicsRegionStack(app, 'CordonForensicsRegion', config);
  },
  guardrails: (app, config) => {
    new GuardrailsStack(app, 'CordonGuardrails', config);
  },
  staff: (app, config) => {
    new StaffStack(app, 'CordonStaff', config);
    new StaffUsersStack(app, 'CordonStaffUsers', config);
  },
  rollout: (app, config, work) => {
    new RolloutStack(app, 'CordonRollout', { config, templates: memberTemplates(join(work, 'member')) });
  },
};

const SUFFIX = '.template.json';

/** Every template of the product as a configuration makes it: its text by the stack's name. */
export const everyTemplate = (config: CordonConfig): ReadonlyMap<string, string> => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-every-'));
  try {
    synthesizeMember(config, join(work, 'member'));
    for (const [name, stacks] of Object.entries(APPS)) {
      const delivery = name === 'guardrails' || name === 'staff' ? 'stack-set' : 'account';
      const app = makeApp({ outdir: join(work, name), delivery });
      stacks(app, config, work);
      app.synth();
    }
    return new Map(
      ['member', ...Object.keys(APPS)].flatMap((folder) =>
        readdirSync(join(work, folder))
          .filter((file) => file.endsWith(SUFFIX))
          .map(
            (file) =>
              [file.slice(0, -SUFFIX.length), readFileSync(join(work, folder, file), 'utf8')] as const,
          ),
      ),
    );
  } finally {
    rmSync(work, { recursive: true });
  }
};

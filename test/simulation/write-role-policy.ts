import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CordonConfig } from '@cordon/incident';
import { config as deployed } from '../../cordon.config.ts';
import { synthesizeMember } from '../../stacksets/member-account/src/synthesize-member.ts';

/** The drill's deployment, where the revoke duty writes the session deny into the role. */
export const writing: CordonConfig = {
  ...deployed,
  containment: { ...deployed.containment, sessionDeny: 'put-role-policy' },
};

/** The drill's deployment, where denies go by the fixed policy and a release may bound them. */
export const bounding: CordonConfig = {
  ...deployed,
  containment: { ...deployed.containment, boundAtRelease: true },
};

/** The templates that differ from the built ones, synthesized from that configuration. */
export const writingTemplates = (config = writing): Readonly<Record<string, unknown>> => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-writing-'));
  try {
    return { CordonMemberAccount: synthesizeMember(config, outdir) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

import * as z from 'zod';
import { accountId, region } from './ids.ts';
import { policySchema } from './triage/policy.ts';

/** Shape of `cordon.config.ts`: everything that a deployment chooses. */
export const configSchema = z.strictObject({
  /** Such as `o-a1b2c3d4e5`. */
  organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/),
  accounts: z.strictObject({
    management: accountId,
    /** Delegated administrator of GuardDuty; intake, workflow and incident table. */
    security: accountId,
    /** Vault, evidence keys, recorder. */
    evidence: accountId,
    /** Isolated VPC and forensic machine. */
    forensics: accountId,
  }),
  /** Region of the workflow, the vault and all IAM resources. */
  homeRegion: region,
  /** Regions in which instances are protected; the home Region is one of them. */
  regions: z.array(region).min(1),
  policy: policySchema,
  evidence: z.strictObject({
    /** Governance can be lifted by break-glass, compliance by nobody before its end. */
    lockMode: z.enum(['governance', 'compliance']),
    lockDays: z.int().min(1).max(36_500),
  }),
  forensics: z.strictObject({
    /** Instance type of the forensic machine. */
    instanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9]+$/),
    /** SSM public parameter or own parameter that names the image. */
    imageParameter: z.string().regex(/^[\w./-]+$/),
  }),
});
/** What a deployment chooses, checked. */
export type CordonConfig = z.infer<typeof configSchema>;

/** Checks a configuration; throws an Error that names each wrong setting, what it holds and what is wanted. */
export const defineConfig = (config: z.input<typeof configSchema>): CordonConfig => {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    throw new Error(
      `cordon.config.ts is not valid:\n${z.prettifyError(parsed.error)}\nmend it and run the command again`,
    );
  }
  if (!parsed.data.regions.includes(parsed.data.homeRegion)) {
    throw new Error(
      `cordon.config.ts: homeRegion ${parsed.data.homeRegion} is not among regions [${parsed.data.regions.join(', ')}]; add it`,
    );
  }
  return parsed.data;
};

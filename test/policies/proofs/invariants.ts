import { EVIDENCE_READER_ROLE_NAME, FORENSIC_MACHINE_ROLE_NAME, IAM_PATH } from '@cordon/incident';
import { inMembers } from './in-members.ts';
import type { Invariant } from './invariant.ts';
import { ofDuties } from './of-duties.ts';
import { ofEvidence } from './of-evidence.ts';
import { ofStackSets } from './of-stack-sets.ts';

/** What must hold of the product's policies, in the order in which the report says it. */
export const INVARIANTS: readonly Invariant[] = [...inMembers, ...ofEvidence, ...ofDuties, ...ofStackSets];

/** Principals that the proofs leave out, and why each is assumed to be honest. */
export const ASSUMPTIONS: readonly string[] = [
  `break-glass (role/break-glass): may change what protects evidence, in two acts that are logged; its use is for the deployment to guard`,
  'the StackSet administrator and its role in members (stacksets-exec-*): put our roles there, and could put others',
  "CDK's bootstrap roles in the product's own accounts (cdk-*-cfn-exec-role-*): deploy the templates, and could deploy others",
  'the management account: no SCP or RCP binds it, and it can take guardrails off',
  'service-linked roles and AWS itself: bound by neither SCPs nor RCPs',
  "an account's root user is bound by SCPs, RCPs and resource policies as here, but that S3 lets it change a bucket's policy whatever that says (stated apart); what only root can do (closing the account) is outside",
  `roles that a claim names by ARN are those under ${IAM_PATH}, whose making the guardrails keep to deployments (${FORENSIC_MACHINE_ROLE_NAME}, ${EVIDENCE_READER_ROLE_NAME} and the duties)`,
  'the proofs are about these policies under our model of IAM: keys as AWS lists them, one value for a key that is compared as one, grants left out',
];

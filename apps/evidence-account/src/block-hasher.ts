import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BLOCK_HASHER_FUNCTION_NAME, functionRoleArn, IAM_PATH, type CordonConfig } from '@cordon/incident';
import { blockHasherStatements, functionTraceStatements, hasherStatements } from '@cordon/responder/needs';
import {
  DutyRole,
  HandlerFunction,
  policyDocument,
  serviceTrust,
  type DeploymentNames,
} from '@cordon/constructs';

/** Ten minutes read a part that is written full, at the pace of one function's network. */
const TIMEOUT_SECONDS = 600;

/** The roles of hashing, made once: the function's own in every Region, and the duty that it acts as, which alone reads blocks. */
export class HasherRoles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    of: { readonly names: DeploymentNames; readonly vaultKey: string; readonly config: CordonConfig },
  ) {
    super(scope, id);
    const { names, vaultKey, config } = of;
    const fromMember = config.evidence.blockHashes?.fromMember === true;
    new CfnRole(this, 'Function', {
      roleName: BLOCK_HASHER_FUNCTION_NAME,
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('lambda.amazonaws.com'),
      policies: [
        {
          policyName: 'needs',
          policyDocument: policyDocument([
            ...blockHasherStatements(names, fromMember),
            ...functionTraceStatements(config),
          ]),
        },
      ],
    });
    new DutyRole(this, 'Duty', { duty: 'hasher', names, statements: hasherStatements(names, vaultKey) });
  }
}

/** What the function of one Region is made of. */
interface BlockHasherProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Folder of its bundle. */
  readonly code: string;
}

/** The function that hashes blocks where they are: one in each Region. The step `hash-blocks` of the security account alone may ask it. */
export class BlockHasher extends Construct {
  constructor(scope: Construct, id: string, { names, config, code }: BlockHasherProps) {
    super(scope, id);
    const { partition, evidenceAccount, securityAccount } = names;
    const { resource } = new HandlerFunction(this, 'BlockHasher', {
      name: BLOCK_HASHER_FUNCTION_NAME,
      description: 'Hashes the written blocks of snapshots, and writes the digests into the vault',
      code,
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      inResponse: true,
      role: `arn:${partition}:iam::${evidenceAccount}:role${IAM_PATH}${BLOCK_HASHER_FUNCTION_NAME}`,
    });
    new CfnPermission(this, 'AskedByHashBlocks', {
      action: 'lambda:InvokeFunction',
      functionName: resource.ref,
      principal: functionRoleArn(partition, securityAccount, 'hash-blocks'),
      principalOrgId: config.organizationId,
    });
  }
}

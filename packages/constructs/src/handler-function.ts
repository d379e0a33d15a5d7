import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { IAM_PATH, type CordonConfig } from '@cordon/incident';
import { policyDocument, serviceTrust } from './policy-document.ts';

/** Enough for a good share of a core: what counts at a cold start is the time to parse the bundle. */
const MEMORY_MIB = 1_024;
/** How long our logs are kept: a year and a month, for an incident is often found late, and an audit asks for a year. */
export const LOG_RETENTION_DAYS = 400;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ENVIRONMENT_LIMIT_BYTES = 4_096;

/** What a function is made of. */
export interface HandlerFunctionProps {
  /** Name of the function and of its role. */
  readonly name: string;
  readonly description: string;
  /** Folder that holds `index.mjs` with an export `handler`, as `bundleHandlers` writes it. */
  readonly code: string;
  readonly timeoutSeconds: number;
  readonly config: CordonConfig;
  /** Whether it acts in a response: then its runs are traced, where the deployment wants traces, and its role needs the rights to. */
  readonly inResponse?: boolean;
}

/** All that the function may do with its own role; or the ARN of a role that is made elsewhere, where several functions share one. */
type Rights = { readonly statements: readonly object[] } | { readonly role: string };

/**
 * A Lambda function with a role of its own and a log group that expires. Every permission is in `statements`: the role
 * cannot even make its log group, which therefore is made before the function.
 * Throws when the configuration is longer than a function's environment may be.
 */
export class HandlerFunction extends Construct {
  readonly resource: CfnFunction;
  /** ARN of the role that it runs with. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps & Rights) {
    super(scope, id);
    const variables = { CORDON_CONFIG: JSON.stringify(props.config), NODE_OPTIONS: '--enable-source-maps' };
    const size = Buffer.byteLength(JSON.stringify(variables));
    if (size > ENVIRONMENT_LIMIT_BYTES) {
      throw new Error(
        `cordon.config.ts makes an environment of ${size} bytes where Lambda takes ${ENVIRONMENT_LIMIT_BYTES}; shorten the lists of its policy`,
      );
    }
    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.name}`,
      retentionInDays: LOG_RETENTION_DAYS,
    });
    logs.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.roleArn = 'role' in props ? props.role : this.#roleOf(props.name, props.statements);
    const asset = new Asset(this, 'Code', { path: props.code });
    this.resource = new CfnFunction(this, 'Function', {
      functionName: props.name,
      description: props.description,
      runtime: 'nodejs24.x',
      architectures: ['x86_64'],
      handler: 'index.handler',
      code: { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey },
      role: this.roleArn,
      memorySize: MEMORY_MIB,
      timeout: props.timeoutSeconds,
      environment: { variables },
      // Active: Lambda begins a trace where nobody upstream did. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
      ...(props.inResponse === true && props.config.xray !== undefined
        ? { tracingConfig: { mode: 'Active' } }
        : {}),
    });
    this.resource.addResourceDependency(logs);
  }

  #roleOf(roleName: string, statements: readonly object[]): string {
    return new CfnRole(this, 'Role', {
      roleName,
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('lambda.amazonaws.com'),
      policies: [{ policyName: 'needs', policyDocument: policyDocument(statements) }],
    }).attrArn;
  }
}

import { rmSync } from 'node:fs';
import {
  App,
  DefaultStackSynthesizer,
  type IReusableStackSynthesizer,
  LegacyStackSynthesizer,
  Tags,
} from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };

/** What every stack of ours carries, and by it what is in them: by this the bill tells what the product costs. */
export const PRODUCT_TAG = { key: 'project', value: 'cordon' } as const;

/** Where an app's cloud assembly goes, and how its templates reach an account. */
export interface MakeAppInput {
  /** Absolute path of the cloud assembly. */
  readonly outdir: string;
  /** `account`: by CDK's bootstrap, which carries the functions' code. `stack-set`: the template alone, which must need nothing else. */
  readonly delivery: 'account' | 'stack-set';
}

/**
 * A CDK app whose templates depend on nothing but the source: recommended behaviour pinned, no analytics, no bootstrap
 * rule or parameter. CDK's offline validation is on, with violations as errors, unless the environment has
 * CDK_VALIDATION=false.
 */
export const makeApp = ({ outdir, delivery }: MakeAppInput): App => {
  // Assets of earlier builds would stay beside the new ones and travel with the assembly for ever.
  rmSync(outdir, { recursive: true, force: true });
  const app = new App({
    outdir,
    analyticsReporting: false,
    treeMetadata: false,
    context: { ...flags, '@aws-cdk/core:validateAgainstDefaultRules': true },
    // The assertion is for `exactOptionalPropertyTypes`, which CDK's own declarations do not keep.
    defaultStackSynthesizer: (delivery === 'account'
      ? new DefaultStackSynthesizer({ generateBootstrapVersionRule: false })
      : // The bootstrapless one would name the bootstrap's role for CloudFormation all the same, and the CDK CLI would hand it on.
        new LegacyStackSynthesizer()) as IReusableStackSynthesizer,
  });
  // Of stacks alone: CloudFormation puts it on all that it makes of them, and the templates stay within their limits.
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
  Tags.of(app).add(PRODUCT_TAG.key, PRODUCT_TAG.value, { includeResourceTypes: ['aws:cdk:stack'] });
  return app;
};

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack, Validations, type IPolicyValidationPlugin } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import * as z from 'zod';

/** What one rule says of one resource. */
export interface Finding {
  readonly rule: string;
  /** `Stack/LogicalId`. */
  readonly where: string;
  readonly description: string;
}

/** CDK's report of its validation plugins. */
const reportSchema = z.looseObject({
  pluginReports: z.array(
    z.looseObject({
      violations: z.array(
        z.looseObject({
          ruleName: z.string(),
          description: z.string(),
          violatingConstructs: z.array(z.looseObject({ constructPath: z.string() })).default([]),
        }),
      ),
    }),
  ),
});

const SUFFIX = '.template.json';

/** The templates of cloud assemblies, by path. */
export const templatesIn = (directories: readonly string[]): readonly string[] =>
  directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => join(directory, file)),
  );

/**
 * Everything that the two rule packs find in these templates, as they are: a stack that includes each is made and judged, so that the product's
 * own stacks know nothing of any pack.
 *
 * @param templates paths of templates, each of another name
 * @throws Error where CDK judges nothing
 */
export const readFindings = (templates: readonly string[]): readonly Finding[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-witness-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    for (const templateFile of templates)
      new CfnInclude(new Stack(app, basename(templateFile, SUFFIX)), 'T', { templateFile });
    const packs = [new AwsSolutionsChecks(app), new NIST80053R5Checks(app)];
    // The assertion is for `exactOptionalPropertyTypes`, which the packs' declarations do not keep.
    Validations.of(app).addPlugins(...(packs as unknown as IPolicyValidationPlugin[]));
    try {
      app.synth();
    } catch {
      // That something was found is in the report; that nothing could be judged is that there is none.
    }
    const report = reportSchema.parse(
      JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')),
    );
    return report.pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName: rule, description, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => ({
          rule,
          where: constructPath.replace('/T/', '/'),
          description,
        })),
      ),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

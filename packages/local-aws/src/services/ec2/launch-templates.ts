import type {
  DescribeLaunchTemplatesCommandInput,
  DescribeLaunchTemplatesCommandOutput,
  DescribeLaunchTemplateVersionsCommandInput,
  DescribeLaunchTemplateVersionsCommandOutput,
  LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { getLaunchTemplateData } from './launch-template-data.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import type { Ec2State, LaunchTemplate, LaunchTemplateData } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** A launch template as requests name one. */
interface Named {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** The launch template that a request names by id or by name, if there is one. */
export const findLaunchTemplate = (state: Ec2State, named: Named): LaunchTemplate | undefined =>
  named.LaunchTemplateId === undefined
    ? [...state.launchTemplates.values()].find((template) => template.name === named.LaunchTemplateName)
    : state.launchTemplates.get(named.LaunchTemplateId);

/** As `findLaunchTemplate`. @throws ServiceFault InvalidLaunchTemplateName.NotFoundException, InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateId.Malformed */
export const requireTemplate = (state: Ec2State, named: Named): LaunchTemplate => {
  const found = findLaunchTemplate(state, named);
  if (found !== undefined) return found;
  if (named.LaunchTemplateId !== undefined)
    return requireOne(idKinds.launchTemplate, state.launchTemplates, named.LaunchTemplateId);
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  throw new ServiceFault(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${named.LaunchTemplateName}, does not exist.`,
  );
};

interface FoundVersion {
  readonly number: number;
  readonly data: LaunchTemplateData;
}

const latestOf = ({ versions }: LaunchTemplate): number => Math.max(...versions.keys());

/**
 * A version by number, `$Latest` or `$Default`; the default one when none is asked for.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateSpecification.html
 */
export const findVersion = (template: LaunchTemplate, asked = '$Default'): FoundVersion | undefined => {
  const number =
    asked === '$Default' ? template.defaultVersion : asked === '$Latest' ? latestOf(template) : Number(asked);
  const data = template.versions.get(number);
  return data === undefined ? undefined : { number, data };
};

/** As `findVersion`. @throws ServiceFault InvalidLaunchTemplateId.VersionNotFound */
export const requireVersion = (template: LaunchTemplate, asked: string | undefined): FoundVersion => {
  const found = findVersion(template, asked);
  if (found !== undefined) return found;
  throw new ServiceFault(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find launch template version ${asked} of ${template.launchTemplateId}`,
  );
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
const templateReaders: Readers<LaunchTemplate> = { 'launch-template-name': (template) => [template.name] };

const describeLaunchTemplates = operation<
  DescribeLaunchTemplatesCommandInput,
  Omit<DescribeLaunchTemplatesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeLaunchTemplates', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeLaunchTemplates', [
      'LaunchTemplateIds',
      'LaunchTemplateNames',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const state = stateOf(call);
    const named = input.LaunchTemplateIds?.length
      ? requireAll(idKinds.launchTemplate, state.launchTemplates, input.LaunchTemplateIds)
      : input.LaunchTemplateNames?.length
        ? input.LaunchTemplateNames.map((name) => requireTemplate(state, { LaunchTemplateName: name }))
        : [...state.launchTemplates.values()];
    const shown = page(applyFilters(named, input.Filters, templateReaders), input, input.LaunchTemplateIds);
    const templates = shown.items.map((template) => ({
      LaunchTemplateId: template.launchTemplateId,
      LaunchTemplateName: template.name,
      DefaultVersionNumber: template.defaultVersion,
      LatestVersionNumber: latestOf(template),
      Tags: renderTags(template.tags),
    }));
    return { LaunchTemplates: templates, NextToken: shown.nextToken };
  },
});

type VersionsInput = DescribeLaunchTemplateVersionsCommandInput;

const versionView = (template: LaunchTemplate, { number, data }: FoundVersion): LaunchTemplateVersion => ({
  LaunchTemplateId: template.launchTemplateId,
  LaunchTemplateName: template.name,
  VersionNumber: number,
  DefaultVersion: number === template.defaultVersion,
  ...(template.createdAt === undefined ? {} : { CreateTime: new Date(template.createdAt) }),
  // The members that a template may have here have the same shapes in requests and answers.
  LaunchTemplateData: data as NonNullable<LaunchTemplateVersion['LaunchTemplateData']>,
});

const versionsOf = (state: Ec2State, input: VersionsInput): readonly LaunchTemplateVersion[] => {
  const { Versions: asked = [] } = input;
  if (input.LaunchTemplateId === undefined && input.LaunchTemplateName === undefined) {
    // Of all templates at once, the latest or the default versions.
    if (asked.length === 0 || asked.some((version) => version !== '$Latest' && version !== '$Default'))
      throw new ServiceFault(
        'MissingParameter',
        'Either a launch template ID or a launch template name must be specified in the request.',
      );
    return [...state.launchTemplates.values()].flatMap((template) =>
      asked.map((version) => versionView(template, requireVersion(template, version))),
    );
  }
  const template = requireTemplate(state, input);
  // A version that is not there is left out.
  const found =
    asked.length > 0
      ? asked.flatMap((version) => findVersion(template, version) ?? [])
      : [...template.versions].map(([number, data]) => ({ number, data }));
  return found.map((version) => versionView(template, version));
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html */
const describeLaunchTemplateVersions = operation<
  VersionsInput,
  Omit<DescribeLaunchTemplateVersionsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeLaunchTemplateVersions', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeLaunchTemplateVersions', [
      'LaunchTemplateId',
      'LaunchTemplateName',
      'Versions',
      'MaxResults',
      'NextToken',
    ]);
    const shown = page(versionsOf(stateOf(call), input), input, undefined);
    return { LaunchTemplateVersions: [...shown.items], NextToken: shown.nextToken };
  },
});

/** Operations on launch templates. */
export const launchTemplateOperations = {
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  GetLaunchTemplateData: getLaunchTemplateData,
};

import { checkNames } from './check-names.ts';
import { readCondition } from './condition.ts';
import { readParameter } from './parameter.ts';
import { inside, objectAt, onlyKeys, optionalObjectAt, refuse, show } from './place.ts';
import type { JsonObject, Place } from './place.ts';
import { readMapping } from './read-mapping.ts';
import { readOutput } from './read-output.ts';
import { readResource } from './read-resource.ts';
import type { Template } from './template.ts';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];

/**
 * Reads a parsed CloudFormation template; `name` is used in errors only.
 *
 * Everything is checked here, branches that no deployment takes included. Throws a TemplateError for an unknown section,
 * resource attribute, intrinsic function or parameter type, for `Transform`, macros and nested stacks, for every rule but CDK's
 * bootstrap check, and for a name that nothing declares.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function readTemplate(json: unknown, name: string): Template {
  const top: Place = { template: name, at: '' };
  const sections = objectAt(json, top);
  if ('Transform' in sections) {
    // aws-facts, StackSets: no macros or transforms with service-managed permissions.
    refuse(
      inside(top, 'Transform'),
      `got ${show(sections['Transform'])}; a macro rewrites the template, give the processed template`,
    );
  }
  onlyKeys(sections, SECTIONS, top);
  const version = sections['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09') {
    refuse(inside(top, 'AWSTemplateFormatVersion'), `got ${show(version)}, wanted "2010-09-09"`);
  }
  if (sections['Resources'] === undefined)
    refuse(top, 'there is no Resources section; it is the one that must be there');
  checkRules(sections, top);
  const template: Template = {
    name,
    parameters: readEntries(sectionOf(sections, 'Parameters', top), readParameter),
    mappings: readEntries(sectionOf(sections, 'Mappings', top), (_key, entry, place) =>
      readMapping(entry, place),
    ),
    conditions: readEntries(sectionOf(sections, 'Conditions', top), (_key, entry, place) =>
      readCondition(entry, place),
    ),
    resources: readEntries(sectionOf(sections, 'Resources', top), readResource),
    outputs: readEntries(sectionOf(sections, 'Outputs', top), readOutput),
  };
  checkNames(template);
  return template;
}

const NAME = /^[A-Za-z0-9]+$/;

interface Section {
  readonly entries: JsonObject;
  readonly place: Place;
}

function sectionOf(sections: JsonObject, section: string, top: Place): Section {
  const place = inside(top, section);
  return { entries: optionalObjectAt(sections[section], place), place };
}

function readEntries<T>(
  { entries, place }: Section,
  read: (key: string, json: unknown, place: Place) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [key, json] of Object.entries(entries)) {
    // Names are alphanumeric; this also catches macros such as Fn::ForEach::Buckets that stand where a name should.
    if (!NAME.test(key)) refuse(place, `'${key}' is not a name; wanted letters and digits only`);
    found.set(key, read(key, json, inside(place, key)));
  }
  return found;
}

function checkRules(sections: JsonObject, top: Place): void {
  const place = inside(top, 'Rules');
  for (const rule of Object.keys(optionalObjectAt(sections['Rules'], place))) {
    // CDK writes this rule into every template: it refuses a bootstrap stack older than the toolkit needs. It creates nothing and
    // guards only how assets reach the account, which a deployment from a parsed template does not use.
    if (rule !== 'CheckBootstrapVersion')
      refuse(inside(place, rule), 'rules are not supported, save for CheckBootstrapVersion');
  }
}

import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';
import { addDocument } from './build.ts';
import { readContent } from './document-content.ts';
import { hashOf } from './documents.ts';
import { resolveSteps, valuesFor } from './resolve-steps.ts';
import { ssmService } from './service.ts';
import { furnished, HELLO } from './testing.ts';

const step = (inputs: object, more: object = {}) => ({
  action: 'aws:runShellScript',
  name: 'step',
  inputs,
  ...more,
});
const document = (more: object, ...steps: readonly object[]) => ({
  schemaVersion: '2.2',
  mainSteps: steps.length === 0 ? [step({ runCommand: ['true'] })] : steps,
  ...more,
});
const read = (content: object) => readContent(JSON.stringify(content));

// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
const SESSION = {
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: {
    cloudWatchLogGroupName: '/sessions',
    cloudWatchStreamingEnabled: true,
    idleSessionTimeout: '20',
  },
};

describe('a session document', () => {
  const create = (Content: object) =>
    bench(ssmService).create('AWS::SSM::Document', { Name: 'sessions', DocumentType: 'Session', Content });

  it('is taken, for whoever names it', () => {
    expect(create(SESSION)).toEqual({ ref: 'sessions', attributes: {} });
  });

  it.each([
    ['another schema', { ...SESSION, schemaVersion: '2.2' }, 'want "1.0"'],
    ['another type', { ...SESSION, sessionType: 'Port' }, 'only Standard_Stream'],
    ['a strange member', { ...SESSION, parameters: {} }, 'member parameters'],
    ['a strange input', { ...SESSION, inputs: { logGroup: 'x' } }, 'input logGroup'],
    ['an idle time of an hour and more', { ...SESSION, inputs: { idleSessionTimeout: '61' } }, '1 to 60'],
    ['no inputs', { ...SESSION, inputs: undefined }, 'inputs of a session document'],
  ])('is refused with %s', (_what, content, message) => {
    expect(() => create(content)).toThrow(message);
  });
});

describe('a document', () => {
  it('puts values into the text of commands, lists in their place, and variables into the environment', () => {
    const content = read(
      document(
        {
          parameters: {
            Commands: { type: 'StringList' },
            Safe: { type: 'String', interpolationType: 'ENV_VAR' },
            Count: { type: 'Integer', default: 3 },
          },
        },
        step({ runCommand: '{{ Commands }}' }),
        step({ runCommand: ['x "{{Safe}}" {{ Count }}'], timeoutSeconds: 60 }, { name: 'second' }),
        step(
          { runCommand: ['{{ Safe }}'] },
          {
            name: 'third',
            action: 'aws:runPowerShellScript',
            precondition: { StringEquals: ['platformType', 'Windows'] },
          },
        ),
      ),
    );
    const values = valuesFor(content, { Commands: ['a', 'b $c'], Safe: ['"; reboot'] });
    expect(resolveSteps(content, values)).toMatchObject([
      { commands: ['a', 'b $c'], environment: { SSM_Safe: '"; reboot' }, timeoutSeconds: 3600 },
      { commands: ['x "${SSM_Safe}" 3'], timeoutSeconds: 60 },
      { commands: ['${env:SSM_Safe}'] },
    ]);
    expect(() => valuesFor(content, { Safe: ['x'] })).toThrow('Commands needs a value');
    expect(() => valuesFor(content, { Commands: [], Safe: ['x'], Count: ['1.5'] })).toThrow('no Integer');
  });

  const refused: readonly (readonly [string, object, string])[] = [
    ['another schema', { ...HELLO, schemaVersion: '1.2' }, 'schemaVersion "1.2"'],
    ['members that are not known', document({ files: {} }), 'content.files'],
    ['no step', document({ mainSteps: [] }), 'holds no step'],
    ['another action', document({}, step({}, { action: 'aws:downloadContent' })), '"aws:downloadContent"'],
    [
      'what a step does on failure',
      document({}, step({ runCommand: ['x'], onFailure: 'exit' })),
      'inputs.onFailure',
    ],
    ['the end of a step', document({}, step({ runCommand: ['x'] }, { isEnd: true })), 'isEnd'],
    [
      'another precondition',
      document({}, step({ runCommand: ['x'] }, { precondition: { StringEquals: ['{{ a }}', 'b'] } })),
      'precondition',
    ],
    [
      'a parameter of another type',
      document({ parameters: { a: { type: 'StringMap' } } }),
      'parameters.a.type',
    ],
    [
      'a rule that is not known',
      document({ parameters: { a: { type: 'String', maxChars: 5 } } }),
      'a.maxChars',
    ],
    ['a placeholder without a parameter', document({}, step({ runCommand: ['{{ a }}'] })), '{{ a }}'],
    [
      'a list within a text',
      document({ parameters: { a: { type: 'StringList' } } }, step({ runCommand: ['x {{ a }}'] })),
      'list a',
    ],
    [
      'two steps of one name',
      document({}, step({ runCommand: ['x'] }), step({ runCommand: ['y'] })),
      'two steps',
    ],
  ];
  it.each(refused)('is refused with %s', (_name, content, message) => {
    expect(() => read(content)).toThrow(message);
  });
});

describe('a document with a step for each platform', () => {
  it('is asked for its steps by name, and skips the one that is not for the platform', async () => {
    const on = await furnished({ guest: 'Windows' });
    const [linux] = HELLO.mainSteps;
    const windows = {
      action: 'aws:runPowerShellScript',
      name: 'sayOnWindows',
      precondition: { StringEquals: ['platformType', 'Windows'] },
      inputs: { runCommand: ['Write-Output x'] },
    };
    const content = { ...HELLO, mainSteps: [linux, windows] };
    addDocument(on.organization.world, { ...on.place, name: 'both', content }, 0);
    const id = await on.send({ DocumentName: 'both' });
    await on.pass(30);
    await expect(on.result(id)).rejects.toMatchObject({ code: 'InvalidPluginName' });
    expect(await on.result(id, { PluginName: 'say' })).toMatchObject({
      Status: 'Success',
      StandardOutputContent: expect.stringContaining('skipped'),
    });
    expect(await on.result(id, { PluginName: 'sayOnWindows' })).toMatchObject({
      StandardOutputContent: 'said',
    });
    const list = await on.ask('ListCommandInvocations', { CommandId: id });
    expect(list).toMatchObject({ CommandInvocations: [{ CommandId: id, Status: 'Success' }] });
    expect(on.answers.asked.map((command) => command.step.name)).toEqual(['sayOnWindows']);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
describe('AWS::SSM::Document', () => {
  const properties = { Name: 'cordon-hello', DocumentType: 'Command', Content: HELLO };

  it('makes a document, whose hash is of the text that is kept', async () => {
    const on = bench(ssmService);
    const { ref } = on.create('AWS::SSM::Document', {
      ...properties,
      DocumentFormat: 'JSON',
      TargetType: '/AWS::EC2::Instance',
      UpdateMethod: 'NewVersion',
      Tags: [{ Key: 'team', Value: 'cordon' }],
    });
    expect(ref).toBe('cordon-hello');
    const { Content } = await on.perform<{ Content: string }>('GetDocument', { Name: ref });
    expect(JSON.parse(Content)).toEqual(HELLO);
    const { Document } = await on.perform<{ Document: object }>('DescribeDocument', { Name: ref });
    expect(Document).toMatchObject({
      Hash: hashOf({ text: Content, content: readContent(Content), createdAt: 0 }),
      HashType: 'Sha256',
      PlatformTypes: ['Linux'],
      SchemaVersion: '2.2',
      DefaultVersion: '1',
      TargetType: '/AWS::EC2::Instance',
    });
    await expect(on.perform('GetDocument', { Name: ref, DocumentFormat: 'YAML' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
  });

  it.each([
    ['a property that is not known', { Attachments: [] }, 'Attachments'],
    ['another type', { DocumentType: 'Automation' }, 'DocumentType'],
    ['no type', { DocumentType: undefined }, 'DocumentType'],
    ['another format', { DocumentFormat: 'YAML' }, 'DocumentFormat'],
    ['a name of Amazon’s', { Name: 'AWS-Hello' }, 'Name'],
    ['content that is not implemented', { Content: { schemaVersion: '0.3' } }, 'schemaVersion'],
  ])('is refused with %s', (_name, more, message) => {
    expect(() => bench(ssmService).create('AWS::SSM::Document', { ...properties, ...more })).toThrow(message);
  });

  it('is refused with a name that is taken', () => {
    const on = bench(ssmService);
    on.create('AWS::SSM::Document', properties);
    expect(() => on.create('AWS::SSM::Document', properties)).toThrow('Name');
  });
});

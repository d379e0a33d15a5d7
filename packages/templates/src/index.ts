export { deployStack } from './deploy-stack.ts';
export { notYetMade } from './not-yet-made.ts';
export { readTemplate } from './read-template.ts';
export type {
  Created,
  ResolvedResource,
  Stack,
  StackEnvironment,
  StackResource,
} from './stack-environment.ts';
export { INLINE_TEMPLATE_LIMIT_BYTES, templateBytes } from './template-bytes.ts';
export { TemplateError } from './template-error.ts';
export type { Template } from './template.ts';

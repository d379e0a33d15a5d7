/**
 * Says that a template, or its deployment, is not one that this reader can vouch for.
 *
 * `template` is the name given to `readTemplate`; `at` is the place inside it, dotted, as
 * `Resources.Vault.Properties.Tags[0].Value`. The message starts with both.
 */
export class TemplateError extends Error {
  readonly template: string;
  readonly at: string;

  constructor(template: string, at: string, reason: string) {
    super(`template ${template}, ${at}: ${reason}`);
    this.name = 'TemplateError';
    this.template = template;
    this.at = at;
  }
}

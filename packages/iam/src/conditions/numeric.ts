const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Reads an integer or decimal as the Numeric operators do; undefined when the text is none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
 */
export function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

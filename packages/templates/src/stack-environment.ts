/** Where a template is deployed, and what the deployment can look up there. */
export interface StackEnvironment {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly stackName: string;
  /** Parameter values by name; lists are comma-separated. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Gives the value of another stack's export, or throws. Needed only for `Fn::ImportValue`. */
  readonly imports?: (exportName: string) => string;
  /** The zones of `region`, in order. Needed only for `Fn::GetAZs`. */
  readonly availabilityZones?: readonly string[];
  /** Gives the value of an SSM parameter, or throws. Needed only for `AWS::SSM::Parameter::Value<...>`. */
  readonly ssmParameters?: (name: string) => string;
}

/** One resource, ready to be created: every intrinsic function in `properties` has been replaced by its value. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly stackName: string;
  readonly deletionPolicy?: string;
}

/** What a created resource gives to the rest of its template: `Ref`, and `Fn::GetAtt` by attribute name. */
export interface Created {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A deployed stack. */
export interface Stack {
  readonly name: string;
  /** In the order of creation. */
  readonly resources: readonly StackResource[];
  /** Values by output name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Values by export name, for the `imports` of another stack. */
  readonly exports: Readonly<Record<string, string>>;
}

/** A created resource of a stack; `ref` is what `Ref` gives. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
}

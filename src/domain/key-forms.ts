/** A form by which a key is known wherever it stands. */
export type KeyForm = {
  /** What it opens, for people. */
  readonly name: string;
  readonly pattern: RegExp;
};

/** The well-known forms of keys; each pattern is global, takes the whole key, and time that grows with a text's length. */
export const keyForms: readonly KeyForm[] = [
  {
    name: "private key",
    pattern:
      /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[^]*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|[^]*)/g,
  },
  { name: "token of GitHub", pattern: /\bgh[opsur]_\w{30,}|\bgithub_pat_\w{22,}/g },
  { name: "token of GitLab", pattern: /\bgl(?:pat|ptt|rt|dt|oas)-[\w-]{20,}/g },
  { name: "access key of AWS", pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  { name: "API key of Google", pattern: /\bAIza[\w-]{35}/g },
  { name: "OAuth secret of Google", pattern: /\bGOCSPX-[\w-]{20,}/g },
  { name: "OAuth token of Google", pattern: /\bya29\.[\w-]{20,}|\b1\/\/0[\w-]{20,}/g },
  { name: "token of Slack", pattern: /\bxox[a-z]-[\w-]{10,}|\bhooks\.slack\.com\/services\/[\w/]{20,}/g },
  { name: "key of Stripe", pattern: /\b[rs]k_(?:live|test)_\w{16,}/g },
  { name: "secret API key", pattern: /\bsk-[\w-]{20,}/g },
  { name: "token of npm", pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  { name: "token of PyPI", pattern: /\bpypi-[\w-]{50,}/g },
  { name: "key of SendGrid", pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { name: "token of Databricks", pattern: /\bdapi[\da-f]{32}\b/g },
  { name: "key of an Azure account", pattern: /\bAccountKey=[\w+/=]{40,}/g },
  { name: "signed token", pattern: /\beyJ(?:(?!-eyJ)[\w-]){8,}\.eyJ[\w-]{8,}\.[\w-]*/g },
];

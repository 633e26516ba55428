import type { GitHubClient } from "../../../src/github/ask-github.ts";
import { openJobClient } from "../../../src/github/open-job-client.ts";
import type { GitHub } from "./open-github.ts";

type Place = NonNullable<Parameters<typeof openJobClient>[1]["place"]>;
type Pause = NonNullable<NonNullable<Place["pauses"]>["write"]>;

/** Lets every request through at once. */
const noPause = {
  key: () => ({
    schedule: <T>(
      _options: object,
      work: (...given: readonly unknown[]) => T,
      ...given: readonly unknown[]
    ) => work(...given),
  }),
} as unknown as Pause;

/** The client of an action on a fake GitHub, where no second passes; what it says of limits goes to `said`. */
export function openTestClient(
  github: Pick<GitHub, "url">,
  token: string,
  said: string[] = [],
): GitHubClient {
  return openJobClient(token, {
    voice: { log: (text) => void said.push(text) },
    place: {
      baseUrl: github.url,
      retryAfterBaseValue: 0,
      pauses: { write: noPause, notifications: noPause },
    },
  });
}

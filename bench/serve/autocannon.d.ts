/** The part of autocannon that the bench uses; the package brings no types. */
declare module "autocannon" {
  interface Result {
    readonly requests: { readonly average: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly errors: number;
    readonly non2xx: number;
  }
  export default function autocannon(options: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    readonly overallRate: number;
    readonly ignoreCoordinatedOmission: boolean;
    readonly duration: number;
  }): Promise<Result>;
}

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";

/** Why no certificates can be made here; null where they can. */
export const openssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return null;
  } catch {
    return "openssl was not found: install it";
  }
})();

/** A key and a certificate of `name`, signed by another or by itself. */
export function certificate(folder: string, name: string, ca?: string): void {
  const at = (file: string) => join(folder, file);
  const run = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const subject = ["-newkey", "rsa:2048", "-nodes", "-keyout", at(`${name}.key`), "-subj", `/CN=${name}`];
  if (ca === undefined) {
    run("req", "-x509", ...subject, "-out", at(`${name}.pem`), "-days", "2");
    return;
  }
  run("req", "-new", ...subject, "-out", at(`${name}.csr`));
  writeFileSync(at("names"), `subjectAltName=DNS:${name}`);
  const signer = ["-CA", at(`${ca}.pem`), "-CAkey", at(`${ca}.key`), "-CAcreateserial"];
  run(
    "x509",
    "-req",
    "-in",
    at(`${name}.csr`),
    ...signer,
    "-out",
    at(`${name}.pem`),
    "-days",
    "2",
    "-extfile",
    at("names"),
  );
}

/** An authority ("ca"), a server that it vouches for ("localhost") and a client ("us"). */
export function certificates(folder: string): void {
  certificate(folder, "ca");
  for (const name of ["localhost", "us"]) certificate(folder, name, "ca");
}

/** A server before the one at `port` that asks for a certificate of the authority. */
export function securedServer(folder: string, port: number): Server {
  const read = (name: string) => readFileSync(join(folder, name));
  const tls = { key: read("localhost.key"), cert: read("localhost.pem"), ca: read("ca.pem"), requestCert: true };
  const server = createServer(tls, (socket) => {
    const onward = connect(port, "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  return server;
}

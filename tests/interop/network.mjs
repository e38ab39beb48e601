// A network whose cable can be cut: clients on the other end of a virtual one (veth), in a network namespace. While it
// is cut the other end's link is down and frames for it are lost, which neither program is told.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const run = (file, ...args) => execFileSync(file, args, { stdio: "pipe", env });

export class Cable {
  /** Fails where network namespaces must not be made: it takes root, or CAP_NET_ADMIN and CAP_SYS_ADMIN. */
  static async start() {
    const cable = new Cable();
    try {
      await cable.lay();
    } catch (failure) {
      cable.stop();
      const why = String(failure.stderr ?? failure.message).trim();
      throw new Error(`no virtual cable between network namespaces (that takes root): ${why}`);
    }
    return cable;
  }

  /** The addresses are of the block for tests of networks (RFC 2544). */
  async lay() {
    const { pid } = process;
    const address = (i) => `198.18.${(pid >> 6) & 255}.${(pid & 63) * 4 + i}`;
    this.host = address(1);
    this.near = `sio${pid}`;
    this.holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], { env });
    let errors = "";
    this.holder.stderr.on("data", (text) => (errors += text));
    const failed = once(this.holder, "close").then(() => Promise.reject(new Error(errors)));
    failed.catch(() => {});
    await Promise.race([once(this.holder.stdout, "data"), failed]);
    run("ip", "link", "add", this.near, "type", "veth", "peer", "name", "far", "netns", String(this.holder.pid));
    run("ip", "address", "add", `${this.host}/30`, "dev", this.near);
    run("ip", "link", "set", this.near, "up");
    run(...this.wrap, "ip", "address", "add", `${address(2)}/30`, "dev", "far");
    run(...this.wrap, "ip", "link", "set", "far", "up");
    this.neighbours = [[[], address(2), this.near], [this.wrap, this.host, "far"]];
  }

  /** What a command must begin with to run on the other end. */
  get wrap() {
    return ["nsenter", "--target", String(this.holder.pid), "--net"];
  }

  /** All frames go to a card that nobody has. */
  cut() {
    for (const [wrap, address, device] of this.neighbours) {
      const nobody = ["lladdr", "02:00:00:00:00:01", "nud", "permanent"];
      run(...wrap, "ip", "neighbour", "replace", address, "dev", device, ...nobody);
    }
  }
  restore() {
    for (const [wrap, address, device] of this.neighbours) {
      run(...wrap, "ip", "neighbour", "delete", address, "dev", device);
    }
  }

  /** The other end goes with this one. */
  stop() {
    try {
      run("ip", "link", "delete", this.near);
    } catch {
      // it was never there
    }
    this.holder?.kill("SIGKILL");
  }
}

import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

/** Words with blanks between: numbers with all their digits, texts by their bytes, lists by how many there are. */
const line = `module Judge_line = struct
  type 'a t = { put : Buffer.t -> 'a -> unit; get : string list ref -> 'a }
  let word b text = Buffer.add_string b text; Buffer.add_char b ' '
  let take words = match !words with one :: rest -> words := rest; one | [] -> failwith "cut"
  let plain put get = { put = (fun b v -> word b (put v)); get = (fun words -> get (take words)) }
  let int = plain string_of_int int_of_string
  let float = plain (Printf.sprintf "%h") float_of_string
  let bool = plain string_of_bool bool_of_string
  let unit = plain (fun () -> "u") (fun _ -> ())
  let char = plain (fun c -> string_of_int (Char.code c)) (fun w -> Char.chr (int_of_string w))
  let string =
    let hex text = String.concat "" (List.map (fun c -> Printf.sprintf "%02x" (Char.code c)) (List.of_seq (String.to_seq text))) in
    plain (fun text -> "x" ^ hex text)
      (fun w -> String.init ((String.length w - 1) / 2) (fun i -> Char.chr (int_of_string ("0x" ^ String.sub w (2 * i + 1) 2))))
  let list one =
    { put = (fun b all -> word b (string_of_int (List.length all)); List.iter (one.put b) all);
      get = (fun words -> let rec more n all = if n = 0 then List.rev all else more (n - 1) (one.get words :: all) in
        more (max 0 (int_of_string (take words))) []) }
  let array one =
    { put = (fun b all -> (list one).put b (Array.to_list all)); get = (fun words -> Array.of_list ((list one).get words)) }
  let option one =
    { put = (fun b v -> match v with None -> word b "N" | Some v -> word b "S"; one.put b v);
      get = (fun words -> if take words = "N" then None else Some (one.get words)) }
  let pair a b =
    { put = (fun to_ (x, y) -> a.put to_ x; b.put to_ y); get = (fun words -> let x = a.get words in let y = b.get words in (x, y)) }
  let triple a b c =
    { put = (fun to_ (x, y, z) -> a.put to_ x; b.put to_ y; c.put to_ z);
      get = (fun words -> let x = a.get words in let y = b.get words in let z = c.get words in (x, y, z)) }
  let out = stdout
  let send b = Buffer.output_buffer out b; output_char out '\\n'; flush out
  let receive () = ref (String.split_on_char ' ' (input_line stdin))
  let print_string text = prerr_string text
  let ask put value =
    let b = Buffer.create 64 in
    put b;
    send b;
    let ended () = prerr_endline "${endedMark}"; exit 98 in
    match (try let words = receive () in match take words with "v" -> Ok (value.get words) | "e" -> Error (string.get words) | _ -> ended () with _ -> ended ()) with
    | Ok v -> v
    | Error text -> failwith ("${raisedMark} " ^ text)
  let serve reply =
    try
      while true do
        let words = receive () in
        let b = Buffer.create 64 in
        (try reply words b with End_of_file -> raise Exit | error -> Buffer.clear b; word b "e"; string.put b (Printexc.to_string error));
        send b
      done
    with End_of_file -> ()
end
`;

/** What the program writes goes to standard error. */
const quiet = `let stdout = stderr
let print_string = prerr_string
let print_endline = prerr_endline
let print_newline = prerr_newline
let print_int n = prerr_string (string_of_int n)
let print_float x = prerr_string (string_of_float x)
let print_char c = prerr_string (String.make 1 c)
module Printf = struct include Printf let printf format = eprintf format end
`;

interface Typed {
  readonly names: readonly string[];
  readonly codes: readonly string[];
  readonly result: string;
}

const simple = new Set(["int", "float", "bool", "string", "char", "unit"]);

/** A type's text as the value that reads and writes it; null for one that is not known. */
export function codeOf(type: string): string | null {
  const words = type.match(/[()*]|[\w']+/g) ?? [];
  let at = 0;
  const atom = (): string | null => {
    const word = words[at++];
    let found: string | null = null;
    if (word === "(") {
      found = tuple();
      if (words[at++] !== ")") return null;
    } else if (word !== undefined && simple.has(word)) found = `Judge_line.${word}`;
    while (found !== null && /^(?:list|array|option)$/.test(words[at] ?? ""))
      found = `(Judge_line.${words[at++]} ${found})`;
    return found;
  };
  const tuple = (): string | null => {
    const parts = [atom()];
    while (words[at] === "*") {
      at++;
      parts.push(atom());
    }
    if (parts.includes(null) || parts.length > 3) return null;
    return parts.length === 1
      ? (parts[0] ?? null)
      : `(Judge_line.${parts.length === 2 ? "pair" : "triple"} ${parts.join(" ")})`;
  };
  const found = tuple();
  return at === words.length ? found : null;
}

/** `let name (a : int) (b : string list) : bool =`: what is asked for and what comes back. */
function typedHead(head: string, name: string): Typed | null {
  const found = new RegExp(
    `let\\s+(?:rec\\s+)?${name}\\s*((?:\\([^()]*(?:\\([^()]*\\)[^()]*)*\\)\\s*)*):\\s*([^=]+)=`,
  ).exec(head);
  const given = [...(found?.[1] ?? "").matchAll(/\(\s*([\w']+)\s*:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)/g)];
  const codes = given.map(([, , type = ""]) => codeOf(type));
  const result = codeOf(found?.[2] ?? "");
  if (result === null || codes.includes(null) || codes.length === 0) return null;
  return { names: given.map(([, one = ""]) => one), codes: codes as string[], result };
}

const noTypes = "let () = this_head_has_types_that_are_not_known\n";

export const ocamlHalves: ScriptHalves = {
  driver: (before, name, tests, head) => {
    const typed = typedHead(head, name);
    if (typed === null) return noTypes;
    const puts = typed.names.map((one, i) => `${typed.codes[i]}.Judge_line.put judge_to ${one}`).join("; ");
    const asks = `let ${name} ${typed.names.join(" ")} = Judge_line.ask (fun judge_to -> ${puts}) ${typed.result}`;
    // As they are published, tests write -1 as ~1.
    return `${line}${before}\n${asks}\n${quiet}${tests.replace(/\(~(?=\d)/g, "(-")}\n`;
  },
  subject: (program, name, head) => {
    const typed = typedHead(head, name);
    if (typed === null) return noTypes;
    const gets = typed.names.map((_, i) => `let judge_${i} = ${typed.codes[i]}.Judge_line.get words in `).join("");
    const value = `${name} ${typed.names.map((_, i) => `judge_${i}`).join(" ")}`;
    return `${line}module Judge = Judge_line\n${quiet}${program}\nlet () = Judge_line.serve (fun words b -> ${gets}let value = ${value} in Judge_line.word b "v"; ${typed.result}.Judge_line.put b value)\n`;
  },
};

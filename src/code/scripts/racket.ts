import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

const codec = `(require (prefix-in judge- json))
(define judge-out (current-output-port))
(define judge-in (current-input-port))
(current-output-port (current-error-port))
(define (judge-pack v)
  (cond
    [(boolean? v) v]
    [(string? v) v]
    [(exact-integer? v) v]
    [(and (real? v) (exact? v)) (hasheq '$r (number->string v))]
    [(real? v) (if (or (nan? v) (infinite? v)) (hasheq '$f (number->string v)) v)]
    [(symbol? v) (hasheq '$y (symbol->string v))]
    [(char? v) (hasheq '$c (string v))]
    [(list? v) (map judge-pack v)]
    [(vector? v) (hasheq '$v (map judge-pack (vector->list v)))]
    [(pair? v) (hasheq '$p (list (judge-pack (car v)) (judge-pack (cdr v))))]
    [(hash? v) (hasheq '$t (for/list ([(key one) v]) (list (judge-pack key) (judge-pack one))))]
    [(void? v) (hasheq '$n 0)]
    [else (hasheq '$o 0)]))
(define (judge-unpack v)
  (cond
    [(list? v) (map judge-unpack v)]
    [(hash? v)
     (define key (car (hash-keys v)))
     (define inside (hash-ref v key))
     (case key
       [($r $f) (string->number inside)]
       [($y) (string->symbol inside)]
       [($c) (string-ref inside 0)]
       [($v) (list->vector (map judge-unpack inside))]
       [($p) (cons (judge-unpack (car inside)) (judge-unpack (cadr inside)))]
       [($t) (for/hash ([row inside]) (values (judge-unpack (car row)) (judge-unpack (cadr row))))]
       [($n) (void)]
       [else (string->uninterned-symbol "other")])]
    [else v]))
(define (judge-send v) (write-string (judge-jsexpr->string v) judge-out) (newline judge-out) (flush-output judge-out))
(define (judge-receive) (let ([text (read-line judge-in)]) (if (eof-object? text) text (judge-string->jsexpr text))))
(define (judge-ask . given)
  (judge-send (judge-pack given))
  (define reply (with-handlers ([void (lambda (e) #f)]) (judge-receive)))
  (unless (and (list? reply) (= (length reply) 2)) (eprintf "${endedMark}\\n") (exit 98))
  (when (equal? (car reply) "e") (error (string-append "${raisedMark} " (cadr reply))))
  (judge-unpack (cadr reply)))
(define (judge-serve called)
  (let loop ()
    (define given (judge-receive))
    (unless (eof-object? given)
      (judge-send
        (with-handlers ([exn:fail? (lambda (e) (list "e" (exn-message e)))])
          (list "v" (judge-pack (apply called (judge-unpack given))))))
      (loop))))
`;

/** A failed check ends the tests; in Racket it would be noted and passed over. */
const checks = `(require (only-in rackunit current-check-handler))
(current-check-handler (lambda (e) (if (exn? e) (eprintf "~a\\n" (exn-message e)) (eprintf "check failed\\n")) (exit 1)))
`;

const withoutHead = (text: string): string => text.replace(/^[ \t]*#lang\s+racket[^\n]*/gm, "");

export const racketHalves: ScriptHalves = {
  driver: (before, name, tests) =>
    `#lang racket\n${codec}${checks}${withoutHead(before)}\n(define (${name} . given) (apply judge-ask given))\n${withoutHead(tests)}\n`,
  subject: (program, name) => `#lang racket\n${codec}${withoutHead(program)}\n(judge-serve ${name})\n`,
};

import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

/**
 * R has no JSON of its own: a value is written as words, its kind, its names and what it holds, numbers with all their
 * digits and texts by their bytes.
 */
const line = `judge_line <- local({
  input <- file("stdin", "r")
  hex <- function(text) if (is.na(text)) "NA" else paste0("_", paste(as.character(charToRaw(enc2utf8(text))), collapse = ""))
  unhex <- function(word) {
    if (word == "NA") return(NA_character_)
    digits <- substring(word, 2)
    if (digits == "") return("")
    at <- seq(1, nchar(digits), 2)
    text <- rawToChar(as.raw(strtoi(substring(digits, at, at + 1), 16L)))
    Encoding(text) <- "UTF-8"
    text
  }
  number <- function(x) ifelse(is.nan(x), "NaN", ifelse(is.na(x), "NA", ifelse(is.infinite(x), ifelse(x > 0, "Inf", "-Inf"), sprintf("%.17g", x))))
  names_of <- function(x) if (is.null(names(x))) "0" else c("1", vapply(names(x), hex, "", USE.NAMES = FALSE))
  write_value <- function(x) {
    if (is.null(x)) return("N")
    if (!all(names(attributes(x)) %in% c("names", "dim"))) return("O")
    if (!is.null(dim(x))) return(c("M", length(dim(x)), sprintf("%d", dim(x)), write_value(as.vector(x))))
    count <- as.character(length(x))
    if (is.list(x)) return(c("L", count, names_of(x), unlist(lapply(unname(x), write_value))))
    if (is.logical(x)) return(c("B", count, names_of(x), ifelse(is.na(x), "NA", ifelse(x, "T", "F"))))
    if (is.integer(x)) return(c("I", count, names_of(x), ifelse(is.na(x), "NA", sprintf("%d", x))))
    if (is.double(x)) return(c("D", count, names_of(x), if (length(x) > 0) number(as.double(x))))
    if (is.character(x)) return(c("S", count, names_of(x), vapply(x, hex, "", USE.NAMES = FALSE)))
    "O"
  }
  read_value <- function(words) {
    at <- 1L
    take <- function(n) { if (at + n - 1L > length(words)) stop("cut"); found <- words[seq_len(n) + at - 1L]; at <<- at + n; found }
    value <- function() {
      kind <- take(1L)
      if (kind == "N") return(NULL)
      if (kind == "M") {
        count <- as.integer(take(1L))
        sizes <- as.integer(take(count))
        return(array(value(), sizes))
      }
      if (kind == "O") return(structure(list(), class = "judge_other"))
      n <- as.integer(take(1L))
      named <- take(1L) == "1"
      labels <- if (named) vapply(take(n), unhex, "", USE.NAMES = FALSE)
      if (kind == "L") {
        x <- vector("list", n)
        for (i in seq_len(n)) { one <- value(); if (!is.null(one)) x[[i]] <- one }
      } else {
        found <- if (n > 0L) take(n) else character(0)
        x <- switch(kind, B = ifelse(found == "NA", NA, found == "T"), I = suppressWarnings(as.integer(found)), D = suppressWarnings(as.numeric(found)), S = vapply(found, unhex, "", USE.NAMES = FALSE), stop("kind"))
        if (n == 0L) x <- switch(kind, B = logical(0), I = integer(0), D = numeric(0), S = character(0))
      }
      if (named) names(x) <- labels
      x
    }
    value()
  }
  send <- function(words) { sink(); cat(paste(words, collapse = " "), "\\n", sep = ""); flush(stdout()); sink(stderr()) }
  receive <- function() { text <- readLines(input, n = 1L); if (length(text) == 0L) NULL else strsplit(text, " ", fixed = TRUE)[[1]] }
  ask <- function(...) {
    send(write_value(list(...)))
    words <- receive()
    fine <- tryCatch({ if (words[1] == "V") list(value = read_value(words[-1])) else if (words[1] == "E") list(error = unhex(words[2])) }, error = function(e) NULL)
    if (is.null(fine)) { message("${endedMark}"); quit("no", 98) }
    if (!is.null(fine$error)) stop("${raisedMark} ", fine$error, call. = FALSE)
    fine$value
  }
  serve <- function(called) {
    while (!is.null(words <- receive())) {
      given <- read_value(words)
      send(tryCatch(c("V", write_value(do.call(called, given))), error = function(e) c("E", hex(conditionMessage(e)))))
    }
  }
  list(ask = ask, serve = serve)
})
sink(stderr())
`;

export const rHalves: ScriptHalves = {
  driver: (before, name, tests) => `${line}${before}\n${name} <- function(...) judge_line$ask(...)\n${tests}\n`,
  subject: (program, name) => `${line}${program}\njudge_line$serve(${name})\n`,
};

import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

/** A value is written as Clojure writes it and read as data, never evaluated. */
const line = `(ns judge-line (:require [clojure.edn :as edn]))
(def out (java.io.PrintStream. (java.io.FileOutputStream. java.io.FileDescriptor/out) true "UTF-8"))
(def in (java.io.BufferedReader. (java.io.InputStreamReader. System/in "UTF-8")))
(System/setOut System/err)
(alter-var-root #'*out* (constantly *err*))
(defn plain [v]
  (cond
    (or (nil? v) (boolean? v) (number? v) (string? v) (char? v) (keyword? v) (symbol? v)) v
    (record? v) (throw (ex-info "a value of a type of its own" {}))
    (map? v) (into {} (map (fn [[k one]] [(plain k) (plain one)]) v))
    (set? v) (set (map plain v))
    (vector? v) (mapv plain v)
    (sequential? v) (apply list (map plain v))
    (.isArray (class v)) (mapv plain v)
    :else (throw (ex-info "a value of a type of its own" {}))))
(defn send-line [v]
  (.println out ^String (binding [*print-length* nil *print-level* nil *print-meta* false *print-namespace-maps* false] (pr-str (plain v)))))
(defn receive [] (when-let [text (.readLine in)] (edn/read-string text)))
(defn ask [& given]
  (send-line (vec given))
  (let [reply (try (receive) (catch Throwable e nil))]
    (when-not (and (vector? reply) (= 2 (count reply)))
      (.println System/err "${endedMark}")
      (.halt (Runtime/getRuntime) 98))
    (when (= :e (first reply)) (throw (ex-info (str "${raisedMark} " (second reply)) {})))
    (second reply)))
(defn serve [called]
  (loop []
    (when-let [given (receive)]
      (let [value (try [:v (plain (apply called given))] (catch Exception e [:e (str (.getMessage e))]))]
        (send-line value))
      (recur))))
(ns user)
`;

/** A failed check ends the tests; in Clojure it would be counted and passed over. */
const checks = `(require 'clojure.test)
(defn- judge-failed [m]
  (.println System/err (str "check failed: " (if (instance? Throwable (:actual m)) (.getMessage ^Throwable (:actual m)) (:message m))))
  (.halt (Runtime/getRuntime) 1))
(defmethod clojure.test/report :fail [m] (judge-failed m))
(defmethod clojure.test/report :error [m] (judge-failed m))
`;

export const clojureHalves: ScriptHalves = {
  driver: (before, name, tests) =>
    `${line}${checks}${before}\n(defn ${name} [& given] (apply judge-line/ask given))\n${tests}\n(shutdown-agents)\n`,
  subject: (program, name) => `${line}${program}\n(judge-line/serve ${name})\n`,
};

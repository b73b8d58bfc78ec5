import sys, types, json, importlib.abc, importlib.machinery
from unittest.mock import MagicMock
class Stub(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith('__'): raise AttributeError(name)
        m = MagicMock(name=name)
        return m
def stub(*names):
    for n in names:
        parts = n.split('.')
        for i in range(1, len(parts)+1):
            k = '.'.join(parts[:i])
            if k not in sys.modules: sys.modules[k] = Stub(k)
def fnv(text):
    h = 2166136261
    for b in text.encode():
        h = ((h ^ b) * 16777619) & 0xffffffff
    # a last mix, as the low bits of short texts are alike
    h ^= h >> 16; h = (h * 0x85ebca6b) & 0xffffffff
    h ^= h >> 13; h = (h * 0xc2b2ae35) & 0xffffffff
    h ^= h >> 16
    return h
def u(*parts): return fnv('/'.join(str(p) for p in parts)) / 2**32

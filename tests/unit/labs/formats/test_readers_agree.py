"""Readers of one kind understand one text alike, and refuse alike what is ambiguous."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from accounts.domain.problems import Problem
from labs.api.parsing import read_json

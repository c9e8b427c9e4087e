"""The engines that `system.queries` compares, each in a process of its own: ours through its doors, and its peers.

An engine has `versions`, `prepare(name)`, which gives what a round runs, and `rows(answer)`, which is not timed.
"""

"""The headline experiment: in which worlds does cutting the links work, do nothing, or backfire?"""

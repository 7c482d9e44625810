from django.urls import path

from billing.views import matching, reconciliation

urlpatterns = [
    path("", reconciliation.workbench, name="reconciliation"),
    path("waiting/", reconciliation.waiting, name="matches_waiting"),
    path("lines/<int:line_id>/", reconciliation.line, name="reconciliation_line"),
    path("lines/<int:line_id>/split/", matching.split, name="split_line"),
    path("lines/<int:line_id>/write-off/", matching.write_off_line, name="write_off_line"),
    path("lines/<int:line_id>/set-aside/", matching.set_aside, name="set_line_aside"),
    path("lines/<int:line_id>/bring-back/", matching.bring_back, name="bring_line_back"),
    path("expected/<int:expected_id>/", reconciliation.expected, name="reconciliation_expected"),
    path("expected/<int:expected_id>/write-off/", matching.write_off_expected, name="write_off_expected"),
    path("payments/<int:payment_id>/move/", matching.move, name="move_payment"),
    path("matches/<int:match_id>/accept/", matching.accept, name="accept_match"),
    path("matches/<int:match_id>/reject/", matching.reject, name="reject_match"),
    path("matches/<int:match_id>/approve/", matching.approve, name="approve_match"),
    path("matches/<int:match_id>/refuse/", matching.refuse, name="refuse_match"),
    path("parts/<int:part_id>/undo/", matching.undo, name="undo_part"),
    path("discrepancies/<int:discrepancy_id>/ask/", matching.ask, name="ask_about_discrepancy"),
    path("discrepancies/<int:discrepancy_id>/explain/", matching.explain, name="explain_discrepancy"),
]

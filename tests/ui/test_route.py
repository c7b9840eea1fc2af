from localmind_app.ui.route import route_param


def test_the_part_comes_from_the_browsers_router() -> None:
    part = route_param("chat_id")
    assert str(part) == "(routeParams.chat_id ?? '')"
    data = part._get_all_var_data()
    assert data is not None
    assert "const routeParams = useParams()" in data.hooks
    assert [library for library, _ in data.imports] == ["react-router"]

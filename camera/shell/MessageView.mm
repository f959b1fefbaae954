#import "shell/MessageView.h"

static const CGFloat kMargin = 24;

@implementation MessageView {
  UILabel* _headline;
  UITextView* _detail;
  UIButton* _button;
  void (^_action)(void);
}

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    self.backgroundColor = [UIColor systemBackgroundColor];
    [self makeParts];
    [self addStack];
  }
  return self;
}

- (void)makeParts {
  _headline = [[UILabel alloc] init];
  _headline.font = [UIFont preferredFontForTextStyle:UIFontTextStyleTitle1];
  _headline.adjustsFontForContentSizeCategory = YES;
  _headline.textColor = [UIColor labelColor];
  _headline.numberOfLines = 0;
  _detail = [[UITextView alloc] init];
  _detail.font = [UIFont preferredFontForTextStyle:UIFontTextStyleBody];
  _detail.adjustsFontForContentSizeCategory = YES;
  _detail.textColor = [UIColor labelColor];
  _detail.backgroundColor = [UIColor clearColor];
  _detail.editable = NO;
  __weak MessageView* weakSelf = self;
  UIAction* tap = [UIAction actionWithHandler:^(UIAction* tapped) {
    [weakSelf tapped];
  }];
  _button = [UIButton buttonWithConfiguration:[UIButtonConfiguration filledButtonConfiguration]
                                primaryAction:tap];
}

- (void)addStack {
  UIStackView* stack =
      [[UIStackView alloc] initWithArrangedSubviews:@[ _headline, _detail, _button ]];
  stack.axis = UILayoutConstraintAxisVertical;
  stack.spacing = kMargin;
  stack.translatesAutoresizingMaskIntoConstraints = NO;
  [self addSubview:stack];
  UILayoutGuide* safe = self.safeAreaLayoutGuide;
  [NSLayoutConstraint activateConstraints:@[
    [stack.topAnchor constraintEqualToAnchor:safe.topAnchor constant:kMargin],
    [stack.leadingAnchor constraintEqualToAnchor:safe.leadingAnchor constant:kMargin],
    [stack.trailingAnchor constraintEqualToAnchor:safe.trailingAnchor constant:-kMargin],
    [stack.bottomAnchor constraintEqualToAnchor:safe.bottomAnchor constant:-kMargin],
  ]];
}

- (void)showHeadline:(NSString*)headline
              detail:(NSString*)detail
         buttonTitle:(NSString*)buttonTitle
              action:(void (^)(void))action {
  _headline.text = headline;
  _detail.text = detail;
  _button.hidden = action == nil;
  UIButtonConfiguration* look = [UIButtonConfiguration filledButtonConfiguration];
  look.title = buttonTitle;
  _button.configuration = look;
  _action = [action copy];
}

- (void)tapped {
  if (_action) _action();
}

@end

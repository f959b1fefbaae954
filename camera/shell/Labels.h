#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// A label of any number of lines that grows with the user's text size.
UILabel* MakeLabel(UIFontTextStyle style);

// A button that calls `action` when it is tapped.
UIButton* MakeButton(UIButtonConfiguration* look, NSString* title, void (^action)(void));

// A red line across the screen: what it says is not to be overlooked.
UILabel* MakeUntrainedBanner(void);

NS_ASSUME_NONNULL_END
